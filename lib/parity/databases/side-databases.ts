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
  /** True makes others for a copy of the left side, too; see `leftCopy` of {@link ComparisonOptions}. */
  copy?: boolean;
}

/** Databases for both sides, and what is compared of them in the end. */
export interface SideDatabases {
  readonly left: DatabasesOfSide;
  readonly right: DatabasesOfSide;
  /** Only where they were asked for. */
  readonly copy?: DatabasesOfSide;
  readonly observation: ParityObservation;
  remove(): Promise<void>;
}

/**
 * Gives each of the backends databases of its own, with the same content to begin with.
 *
 * @throws ParityError DATABASE_UNUSABLE when the server can not be reached or there is nothing at `seed`
 */
export async function createSideDatabases({
  server,
  seed,
  copy = false,
}: SideDatabasesOptions): Promise<SideDatabases> {
  const made: DatabasesOfSide[] = [];
  const remove = async () => {
    await Promise.all(made.map(each => each.remove()));
  };
  const create = async () => {
    const databases = await (server === 'sqlite'
      ? createSqliteDatabases(seed)
      : createPostgresDatabases(server, seed));
    made.push(databases);
    return databases;
  };
  try {
    const [left, right] = [await create(), await create()];
    const sides = { left, right, ...(copy && { copy: await create() }) };
    return {
      ...sides,
      observation: { name: 'STATE', read: async side => tablesOf(await sides[side]?.read()) },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function tablesOf(
  databases: Record<string, Record<string, TableContent>> = {},
): Record<string, TableContent> {
  return Object.fromEntries(
    Object.entries(databases).flatMap(([plugin, tables]) =>
      Object.entries(tables).map(([table, content]) => [`/${plugin}/${table}`, content]),
    ),
  );
}
