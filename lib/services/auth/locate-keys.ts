import type { DiscoveryService } from '../../api';
import { TokenRejection } from './errors';
import type { JwksClient } from './jwks-client';
import type { JwksClients } from './jwks-clients';

/** Where the plugin that issues user tokens publishes its keys. */
export const USER_KEYS_PATH = '/.well-known/jwks.json';
/** Where every plugin publishes the keys of its own tokens. */
export const PLUGIN_KEYS_PATH = '/.backstage/auth/v1/jwks.json';

/**
 * The client of the keys that a plugin publishes.
 *
 * @throws TokenRejection when discovery fails
 */
export async function locateKeys(options: {
  discovery: DiscoveryService;
  clients: JwksClients;
  pluginId: string;
  path: string;
}): Promise<JwksClient> {
  const { discovery, clients, pluginId, path } = options;
  try {
    return clients.get(`${await discovery.getBaseUrl(pluginId)}${path}`);
  } catch (error) {
    const { message } = error as Error;
    throw new TokenRejection('keys-unavailable', `discovery failed: ${message}`, { cause: error });
  }
}
