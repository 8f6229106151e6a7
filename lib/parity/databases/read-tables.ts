import type { Knex } from 'knex';

/** Rows of a table that are compared; of a larger one, the first by its first column. */
const COMPARED_ROWS = 10_000;

/** One table: its columns and indexes by name, how many rows it has, and the rows. */
export interface TableContent {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly indexes: Readonly<Record<string, string>>;
  readonly count: number;
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

const QUERIES = {
  'better-sqlite3': {
    tables: `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`,
    indexes: `select name, tbl_name as "table", sql as definition from sqlite_master where type = 'index' and sql is not null`,
  },
  pg: {
    tables: `select tablename as name from pg_tables where schemaname = 'public'`,
    indexes: `select indexname as name, tablename as "table", indexdef as definition from pg_indexes where schemaname = 'public'`,
  },
};

/** Reads all tables of a database, as JSON values. */
export async function readTables(
  knex: Knex,
  client: keyof typeof QUERIES,
): Promise<Record<string, TableContent>> {
  const { tables, indexes } = QUERIES[client];
  const names: Array<{ name: string }> = rowsOf(await knex.raw(tables));
  const definitions: Array<Record<'name' | 'table' | 'definition', string>> = rowsOf(
    await knex.raw(indexes),
  );
  const entries = names.map(async ({ name }): Promise<[string, TableContent]> => {
    const columns = await knex(name).columnInfo();
    const [{ count }] = await knex(name).count({ count: '*' });
    const rows = await knex(name).orderBy(Object.keys(columns)[0]).limit(COMPARED_ROWS);
    const own = definitions.filter(({ table }) => table === name);
    const content = {
      columns,
      indexes: Object.fromEntries(own.map(each => [each.name, each.definition])),
      count: Number(count),
      rows,
    };
    return [name, JSON.parse(JSON.stringify(content, readable)) as TableContent];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** JSON that is kept in a text column is compared by structure. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) {
    return value;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Clients give the rows of a raw query bare, or in a result. */
function rowsOf<T>(result: T[] | { rows: T[] }): T[] {
  return Array.isArray(result) ? result : result.rows;
}
