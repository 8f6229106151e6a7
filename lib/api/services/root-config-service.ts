import type { Config } from '@backstage/config';

/** The configuration of the backend. */
export interface RootConfigService extends Config {}
