import type { Knex } from 'knex';
import { migratePatiently } from '../../migrate-patiently';

/** Name and columns are those of stock Backstage, which may use the same database at the same time. */
export const PUBLIC_KEYS_TABLE = 'backstage_backend_public_keys__keys';

const MIGRATIONS_TABLE = 'backstage_backend_public_keys__knex_migrations';

/** One public key. */
export interface PublicKeyRow {
  id: string;
  /** A JWK as JSON. */
  key: string;
  /** ISO 8601. */
  expires_at: string;
}

/** By the names under which stock Backstage records them, so that each side knows the other's. */
const MIGRATIONS: { [name in string]: Knex.Migration } = {
  '20240327104803_public_keys.js': {
    async up(knex) {
      await knex.schema.createTable(PUBLIC_KEYS_TABLE, table => {
        table.string('id').primary().notNullable().comment('The id of the key');
        table.text('key').notNullable().comment('The public key as a JSON Web Key');
        table.string('expires_at').notNullable().comment('ISO 8601, compared by the backend');
      });
    },
    async down(knex) {
      await knex.schema.dropTable(PUBLIC_KEYS_TABLE);
    },
  },
};

const MIGRATION_SOURCE: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: name => name,
  getMigration: async name => MIGRATIONS[name],
};

/** Creates the table, or finds that it is there. */
export async function migratePublicKeysTable(knex: Knex): Promise<void> {
  await migratePatiently(MIGRATIONS_TABLE, () =>
    knex.migrate.latest({
      migrationSource: MIGRATION_SOURCE,
      tableName: MIGRATIONS_TABLE,
      // A newer replica may have gone further than we know.
      disableMigrationsListValidation: true,
    }),
  );
}
