import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import type { DatabaseService, LoggerService } from '../../../api';
import type { PluginPublicKey } from './plugin-key-source';
import { migratePublicKeysTable, PUBLIC_KEYS_TABLE, type PublicKeyRow } from './public-keys-table';

/**
 * The public keys of a plugin, kept in its database so that every replica publishes the keys of all. The
 * database is first touched when a key is stored or asked for.
 */
export class DatabaseKeyStore {
  readonly #database: DatabaseService;
  readonly #logger: LoggerService;
  #ready?: Promise<Knex>;

  constructor(database: DatabaseService, logger: LoggerService) {
    this.#database = database;
    this.#logger = logger;
  }

  async addKey(key: PluginPublicKey, expiresAt: Date): Promise<void> {
    const client = await this.#client();
    const row: PublicKeyRow = {
      id: key.id,
      key: JSON.stringify(key.key),
      expires_at: expiresAt.toISOString(),
    };
    await client(PUBLIC_KEYS_TABLE).insert(row);
  }

  /** The keys that have not expired; the others are deleted. */
  async listKeys(): Promise<PluginPublicKey[]> {
    const client = await this.#client();
    const rows = await client<PublicKeyRow>(PUBLIC_KEYS_TABLE).select();
    const now = Date.now();
    const isExpired = (row: PublicKeyRow) => new Date(row.expires_at).getTime() < now;
    const expired = rows.filter(isExpired).map(row => row.id);
    if (expired.length) {
      this.#logger.info(`Removing expired plugin service keys: ${expired.join(', ')}`);
      client(PUBLIC_KEYS_TABLE)
        .whereIn('id', expired)
        .delete()
        .catch(error => this.#logger.error('Failed to remove expired plugin service keys', error));
    }
    return rows
      .filter(row => !isExpired(row))
      .map(({ id, key }) => ({ id, key: JSON.parse(key) as JsonObject }));
  }

  #client(): Promise<Knex> {
    this.#ready ??= this.#prepare().catch(error => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #prepare(): Promise<Knex> {
    const client = await this.#database.getClient();
    if (!this.#database.migrations?.skip) await migratePublicKeysTable(client);
    return client;
  }
}
