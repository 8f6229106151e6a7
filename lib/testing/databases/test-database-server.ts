import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isLeftover, testDatabaseName } from './test-database-name';
import type { TestDatabaseDriver, TestDatabaseProperties } from './test-database-properties';

const POOL: Knex.PoolConfig = {
  min: 0,
  max: 5,
  acquireTimeoutMillis: 30_000,
  createTimeoutMillis: 30_000,
  destroyTimeoutMillis: 5_000,
  idleTimeoutMillis: 5_000,
  reapIntervalMillis: 1_000,
};

/** Loaded late, since most tests need no database; not by `import()`, which Jest does not allow. */
const loadKnex = () => (require('knex') as typeof import('knex')).knex;

/** How often a database that still has connections is tried to be dropped, and how long between. */
const DROP_ATTEMPTS = 20;
const DROP_RETRY_MS = 50;

/** The addresses of servers that this process has seen to already. */
const tidyServers = new Set<string>();

/** Makes fresh databases on one server and drops them. */
export interface TestDatabaseServer {
  createDatabase(): Promise<Knex>;
  /** Closes every connection and drops every database that was created here. */
  shutdown(): Promise<void>;
}

class InMemorySqlite implements TestDatabaseServer {
  private readonly clients: Knex[] = [];

  async createDatabase(): Promise<Knex> {
    const knexFactory = loadKnex();
    const client = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    client.client.pool.on(
      'createSuccess',
      (_id: unknown, connection: { pragma(sql: string): void }) =>
        connection.pragma('foreign_keys = ON'),
    );
    this.clients.push(client);
    return client;
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.clients.splice(0).map(client => client.destroy()));
  }
}

class NetworkDatabaseServer implements TestDatabaseServer {
  private readonly databases = new Map<string, Knex>();

  constructor(
    private readonly driver: Exclude<TestDatabaseDriver, 'better-sqlite3'>,
    private readonly connectionString: string,
  ) {}

  async createDatabase(): Promise<Knex> {
    const name = testDatabaseName();
    await this.administer(async admin => {
      await admin.raw('CREATE DATABASE ??', [name]);
      await this.tidyUp(admin);
    });
    const knexFactory = loadKnex();
    const client = knexFactory({
      client: this.driver,
      connection: this.addressOf(name),
      pool: POOL,
    });
    this.databases.set(name, client);
    return client;
  }

  async shutdown(): Promise<void> {
    const databases = [...this.databases];
    this.databases.clear();
    await Promise.all(databases.map(([, client]) => client.destroy()));
    if (databases.length > 0) {
      await this.administer(async admin => {
        for (const [name] of databases) {
          await this.drop(admin, name);
        }
      });
    }
  }

  /** Drops what test runs have left that were killed. What does not go is the matter of no test. */
  private async tidyUp(admin: Knex): Promise<void> {
    if (tidyServers.has(this.connectionString)) {
      return;
    }
    tidyServers.add(this.connectionString);
    try {
      const leftovers = (await this.databaseNames(admin)).filter(isLeftover);
      await Promise.allSettled(
        leftovers.map(name => admin.raw('DROP DATABASE IF EXISTS ??', [name])),
      );
    } catch {
      // It may not be allowed to see them.
    }
  }

  private async databaseNames(admin: Knex): Promise<string[]> {
    return this.driver === 'pg'
      ? (await admin.raw('select datname from pg_database')).rows.map(
          ({ datname }: { datname: string }) => datname,
        )
      : (await admin.raw('show databases'))[0].map(
          ({ Database }: { Database: string }) => Database,
        );
  }

  /** The server may take a moment to see that the connections are gone. */
  private async drop(admin: Knex, name: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await admin.raw('DROP DATABASE IF EXISTS ??', [name]);
        return;
      } catch (error) {
        if (attempt === DROP_ATTEMPTS) {
          throw error;
        }
        await sleep(DROP_RETRY_MS);
      }
    }
  }

  private async administer(work: (admin: Knex) => PromiseLike<unknown>): Promise<void> {
    const knexFactory = loadKnex();
    const admin = knexFactory({
      client: this.driver,
      connection: this.connectionString,
      pool: { min: 0, max: 1, acquireTimeoutMillis: 10_000 },
    });
    try {
      await work(admin);
    } finally {
      await admin.destroy();
    }
  }

  private addressOf(database: string): string {
    const url = new URL(this.connectionString);
    url.pathname = `/${database}`;
    return url.toString();
  }
}

/** The server of a test database. */
export function createTestDatabaseServer(properties: TestDatabaseProperties): TestDatabaseServer {
  const { driver, environmentVariable } = properties;
  return driver === 'better-sqlite3'
    ? new InMemorySqlite()
    : new NetworkDatabaseServer(driver, process.env[environmentVariable!]!);
}
