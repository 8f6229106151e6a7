import { InputError } from '@backstage/errors';
import type { PluginDatabaseSettings } from './plugin-database-settings';

/** PostgreSQL cuts longer names off, where it creates databases and where it looks for them. */
const LIMIT_BYTES = 63;

/** Keeps plugins with long ids from sharing a database that has the name of both, cut off. */
export class DatabaseNames {
  readonly #owners = new Map<string, { name: string; pluginId: string }>();

  /** @throws InputError when the name is that of another plugin once PostgreSQL has cut both off */
  check({ engine, databaseName, pluginId }: PluginDatabaseSettings): void {
    if (engine !== 'postgres' || !databaseName) return;
    const cut = Buffer.from(databaseName).subarray(0, LIMIT_BYTES).toString('latin1');
    const owner = this.#owners.get(cut);
    if (!owner) {
      this.#owners.set(cut, { name: databaseName, pluginId });
    } else if (owner.name !== databaseName) {
      throw new InputError(
        `The database names '${owner.name}' of plugin '${owner.pluginId}' and '${databaseName}' of plugin '${pluginId}' are the same in the ` +
          `${LIMIT_BYTES} bytes that PostgreSQL allows, shorten 'backend.database.prefix' or set 'backend.database.plugin.${pluginId}.connection.database'`,
      );
    }
  }
}
