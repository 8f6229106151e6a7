import { InputError } from '@backstage/errors';
import type { ConnectionRegistration } from '../api';

/** The id of the connections service of `@backstage/backend-plugin-api/alpha`, by protocol. */
export const CONNECTIONS_ID = 'core.connections';

/** What is known here of the connections service. */
interface ConnectionsService {
  find(options: { type: string }): Promise<unknown>;
}

/** A connections service that finds only what its plugin or module declared to use. */
export async function restrictConnections(
  service: unknown,
  declared: readonly ConnectionRegistration[],
): Promise<ConnectionsService> {
  const connections = (await service) as ConnectionsService;
  return {
    async find(options) {
      if (!declared.some(({ type }) => type === options.type)) {
        throw new InputError(
          `Plugin attempted to look up an undeclared connection of type "${options.type}". Declare it during register() with declareConnection(reg, { type: "${options.type}" }).`,
        );
      }
      return connections.find(options);
    },
  };
}
