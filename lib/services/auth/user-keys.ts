import type { DiscoveryService } from '../../api';
import type { JwksClient } from './jwks-client';
import type { JwksClients } from './jwks-clients';
import { locateKeys, USER_KEYS_PATH } from './locate-keys';

const LOCATE_EVERY_MS = 60_000;

/** The keys of the auth plugin, whose address is asked for again every minute, as it may change. */
export class UserKeys {
  readonly #options: { discovery: DiscoveryService; clients: JwksClients };
  #client?: JwksClient;
  #locatedAt = 0;

  constructor(options: { discovery: DiscoveryService; clients: JwksClients }) {
    this.#options = options;
  }

  /** The client, unless discovery has to be asked first. Costs next to nothing. */
  current(): JwksClient | undefined {
    return Date.now() - this.#locatedAt < LOCATE_EVERY_MS ? this.#client : undefined;
  }

  /** @throws TokenRejection when discovery fails */
  async locate(): Promise<JwksClient> {
    this.#client = await locateKeys({
      discovery: this.#options.discovery,
      clients: this.#options.clients,
      pluginId: 'auth',
      path: USER_KEYS_PATH,
    });
    this.#locatedAt = Date.now();
    return this.#client;
  }
}
