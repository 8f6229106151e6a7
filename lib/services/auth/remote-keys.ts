import { TokenRejection } from './errors';
import type { JwksClient } from './jwks-client';
import type { JwksClients } from './jwks-clients';

const RESOLVE_EVERY_MS = 60_000;

/**
 * The keys of one token issuer, as one plugin sees it: discovery tells where they are, and is asked again
 * every minute and after failures, as the address of another plugin may change while we run.
 */
export class RemoteKeys {
  readonly #getUrl: () => Promise<string>;
  readonly #clients: JwksClients;
  #client?: JwksClient;
  #resolvedAt = 0;

  constructor(getUrl: () => Promise<string>, clients: JwksClients) {
    this.#getUrl = getUrl;
    this.#clients = clients;
  }

  /** The client, unless discovery has to be asked first. Costs next to nothing. */
  current(): JwksClient | undefined {
    return Date.now() - this.#resolvedAt < RESOLVE_EVERY_MS ? this.#client : undefined;
  }

  /** @throws TokenRejection when discovery fails */
  async resolve(): Promise<JwksClient> {
    this.#client = this.#clients.get(await this.#locate());
    this.#resolvedAt = Date.now();
    return this.#client;
  }

  async #locate(): Promise<string> {
    try {
      return await this.#getUrl();
    } catch (error) {
      const { message } = error as Error;
      throw new TokenRejection('keys-unavailable', `discovery failed: ${message}`, {
        cause: error,
      });
    }
  }
}
