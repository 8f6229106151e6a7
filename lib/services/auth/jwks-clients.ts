import { JwksClient } from './jwks-client';

const MAX_PROVEN = 1000;
const MAX_UNPROVEN = 100;

/**
 * The JWKS clients of a backend, one per endpoint, shared by all plugins. Endpoints that have never
 * answered with keys are kept apart: whoever sends tokens of invented plugins cannot push out real ones.
 */
export class JwksClients {
  readonly #proven = new Map<string, JwksClient>();
  readonly #unproven = new Map<string, JwksClient>();

  get(url: string): JwksClient {
    const client = this.#proven.get(url) ?? this.#unproven.get(url) ?? new JwksClient(url);
    this.#unproven.delete(url);
    this.#proven.delete(url);
    const [clients, limit] = client.isProven
      ? [this.#proven, MAX_PROVEN]
      : [this.#unproven, MAX_UNPROVEN];
    clients.set(url, client);
    if (clients.size > limit) clients.delete(clients.keys().next().value!);
    return client;
  }
}
