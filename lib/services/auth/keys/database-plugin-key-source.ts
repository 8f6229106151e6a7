import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';
import type { DatabaseService, LoggerService } from '../../../api';
import { DatabaseKeyStore } from './database-key-store';
import type { PluginKeySource, PluginSigningKey } from './plugin-key-source';

const generateKeyPairAsync = promisify(generateKeyPair);

const ALGORITHM = 'ES256';
const HOUR_MS = 3600_000;
/** A key signs for an hour, and for another one while it cannot be replaced. */
const ROTATION_MS = HOUR_MS;
const MAX_SIGNING_MS = 2 * HOUR_MS;
/** Long enough for the last token that was signed with the key. */
const PUBLISHED_MS = 3 * HOUR_MS;

/**
 * Makes a new key pair every hour. The private half never leaves this process; the public half is stored
 * in the plugin's database.
 */
export class DatabasePluginKeySource implements PluginKeySource {
  readonly #store: DatabaseKeyStore;
  readonly #logger: LoggerService;
  #current?: { key: PluginSigningKey; createdAt: number };
  #replacing?: Promise<PluginSigningKey>;

  constructor(options: { database: DatabaseService; logger: LoggerService }) {
    this.#store = new DatabaseKeyStore(options.database, options.logger);
    this.#logger = options.logger;
  }

  async getPrivateSigningKey(): Promise<PluginSigningKey> {
    const age = this.#current ? Date.now() - this.#current.createdAt : Infinity;
    if (age < ROTATION_MS) return this.#current!.key;
    const replacement = this.#replace();
    if (age >= MAX_SIGNING_MS) return replacement;
    replacement.catch(() => {}); // It is logged, and tried again with the next token.
    return this.#current!.key;
  }

  listKeys() {
    return this.#store.listKeys();
  }

  #replace(): Promise<PluginSigningKey> {
    this.#replacing ??= this.#createKey()
      .catch(error => {
        this.#logger.error('Failed to create a signing key for plugin tokens', error);
        throw error;
      })
      .finally(() => {
        this.#replacing = undefined;
      });
    return this.#replacing;
  }

  async #createKey(): Promise<PluginSigningKey> {
    const createdAt = Date.now();
    const { publicKey, privateKey } = await generateKeyPairAsync('ec', { namedCurve: 'P-256' });
    const id = randomUUID();
    const jwk = publicKey.export({ format: 'jwk' }) as JsonObject;
    const published: JsonObject = { ...jwk, kid: id, alg: ALGORITHM };
    await this.#store.addKey({ id, key: published }, new Date(createdAt + PUBLISHED_MS));
    this.#logger.debug(`Created signing key ${id}`);
    const key = { id, algorithm: ALGORITHM, privateKey };
    this.#current = { key, createdAt };
    return key;
  }
}
