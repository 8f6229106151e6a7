export type { Connection, ConnectionsService, ConnectionType } from '@backstage/connections';
