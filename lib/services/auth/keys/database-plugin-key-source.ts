import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';
import type { DatabaseService, LoggerService } from '../../../api';
import { DatabaseKeyStore } from './database-key-store';
import type { PluginKeySource, PluginSigningKey } from './plugin-key-source';

const generateKeyPairAsync = promisify(generateKeyPair);

const ALGORITHM = 'ES256';
const SIGNING_PERIOD_MS = 3600_000;
/** Long enough for the last token that was signed with the key, and for slow clocks. */
const PUBLISHED_MS = 3 * SIGNING_PERIOD_MS;

/**
 * Makes a new key pair every hour. The private half never leaves this process; the public half is stored
 * in the plugin's database.
 */
export class DatabasePluginKeySource implements PluginKeySource {
  readonly #store: DatabaseKeyStore;
  readonly #logger: LoggerService;
  #current?: { key: Promise<PluginSigningKey>; until: number };

  constructor(options: { database: DatabaseService; logger: LoggerService }) {
    this.#store = new DatabaseKeyStore(options.database, options.logger);
    this.#logger = options.logger;
  }

  getPrivateSigningKey(): Promise<PluginSigningKey> {
    const now = Date.now();
    if (this.#current && now < this.#current.until) return this.#current.key;
    const current = { key: this.#createKey(now), until: now + SIGNING_PERIOD_MS };
    this.#current = current;
    current.key.catch(error => {
      this.#logger.error('Failed to create a signing key for plugin tokens', error);
      if (this.#current === current) this.#current = undefined;
    });
    return current.key;
  }

  listKeys() {
    return this.#store.listKeys();
  }

  async #createKey(now: number): Promise<PluginSigningKey> {
    const { publicKey, privateKey } = await generateKeyPairAsync('ec', { namedCurve: 'P-256' });
    const id = randomUUID();
    const jwk = publicKey.export({ format: 'jwk' }) as JsonObject;
    const key: JsonObject = { ...jwk, kid: id, alg: ALGORITHM };
    await this.#store.addKey({ id, key }, new Date(now + PUBLISHED_MS));
    this.#logger.debug(`Created signing key ${id}`);
    return { id, algorithm: ALGORITHM, privateKey };
  }
}
