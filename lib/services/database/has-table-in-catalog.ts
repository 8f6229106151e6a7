import type { Knex } from 'knex';

/** The parts of a schema compiler of knex that its types leave out. */
interface SchemaCompiler {
  /** What `withSchema` was given. */
  schema?: string;
  pushQuery(query: {
    sql: string;
    bindings: unknown[];
    output(response: { rows: unknown[] }): unknown;
  }): void;
  hasTable(name: string): void;
}

/**
 * Makes `hasTable`, which knex calls four times in each migration, read the catalog of PostgreSQL. Knex
 * asks a view of the information schema, and each new connection takes long to plan that.
 */
export function hasTableInCatalog(knex: Knex): void {
  const { client } = knex;
  const Dialect = client.constructor as (new () => {
    schemaCompiler(builder: unknown): SchemaCompiler;
  }) & { name: string };
  class CatalogDialect extends Dialect {
    override schemaCompiler(builder: unknown): SchemaCompiler {
      const compiler = super.schemaCompiler(builder);
      compiler.hasTable = name => {
        const schema = compiler.schema ? '?' : 'current_schema()';
        compiler.pushQuery({
          sql: `select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relname = ? and n.nspname = ${schema} and c.relkind in ('r', 'v', 'f', 'p')`,
          bindings: compiler.schema ? [name, compiler.schema] : [name],
          output: ({ rows }) => rows.length > 0,
        });
      };
      return compiler;
    }
  }
  Object.defineProperty(CatalogDialect, 'name', { value: Dialect.name });
  // Of the prototype, since knex makes the clients of transactions from the class.
  Object.setPrototypeOf(client, CatalogDialect.prototype);
}
