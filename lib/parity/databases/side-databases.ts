import type { ParityObservation } from '../observation';
import { createPostgresDatabases } from './postgres-databases';
import { createSqliteDatabases } from './sqlite-databases';
import type { TableContent } from './read-tables';

/** The databases of one side, made for one comparison. */
export interface DatabasesOfSide {
  /** Tells the backend where they are, as configuration (`APP_CONFIG_backend_database_…`). */
  readonly env: NodeJS.ProcessEnv;
  /** What is in them, by plugin and table. */
  read(): Promise<Record<string, Record<string, TableContent>>>;
  remove(): Promise<void>;
}

/** Options of {@link createSideDatabases}. */
export interface SideDatabasesOptions {
  /** `sqlite`, or the connection string of a PostgreSQL server on which databases may be made. */
  server: string;
  /**
   * What both sides begin with: for SQLite a file, or a folder with a file for each plugin; for PostgreSQL
   * the prefix of databases of the same server, such as `backstage_plugin_`. Nothing is written to it.
   */
  seed?: string;
}

/** Databases for both sides, and what is compared of them in the end. */
export interface SideDatabases {
  readonly left: DatabasesOfSide;
  readonly right: DatabasesOfSide;
  readonly observation: ParityObservation;
  remove(): Promise<void>;
}

/**
 * Gives each of two backends databases of its own, with the same content to begin with.
 *
 * @throws ParityError DATABASE_UNUSABLE when the server can not be reached or there is nothing at `seed`
 */
export async function createSideDatabases({
  server,
  seed,
}: SideDatabasesOptions): Promise<SideDatabases> {
  const create = async () =>
    server === 'sqlite' ? createSqliteDatabases(seed) : createPostgresDatabases(server, seed);
  const left = await create();
  const right = await create().catch(async error => {
    await left.remove();
    throw error;
  });
  const sides = { left, right };
  return {
    ...sides,
    observation: {
      name: 'STATE',
      async read(side) {
        const databases = await sides[side].read();
        return Object.fromEntries(
          Object.entries(databases).flatMap(([plugin, tables]) =>
            Object.entries(tables).map(([table, content]) => [`/${plugin}/${table}`, content]),
          ),
        );
      },
    },
    remove: async () => {
      await Promise.all([left.remove(), right.remove()]);
    },
  };
}
