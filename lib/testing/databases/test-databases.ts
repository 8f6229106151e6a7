import type { Knex } from 'knex';
import { afterAllTests } from '../test-hooks';
import { TEST_DATABASES, type TestDatabaseId } from './test-database-properties';
import { createTestDatabaseServer, type TestDatabaseServer } from './test-database-server';

/**
 * Fresh databases for tests: SQLite always, and the servers whose addresses stand in environment
 * variables such as `BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING` and
 * `BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING`. What test runs that were killed have left there is
 * dropped by the next one, after six hours.
 *
 * @example
 * ```ts
 * const databases = TestDatabases.create();
 *
 * for (const [id] of databases.eachSupportedId()) {
 *   it(`keeps tickets on ${id}`, async () => {
 *     const store = new TicketStore(await databases.init(id));
 *   });
 * }
 * ```
 */
export class TestDatabases {
  private static defaultIds?: TestDatabaseId[];

  private readonly servers = new Map<TestDatabaseId, TestDatabaseServer>();

  /**
   * Everything that the result opens is closed and dropped when the tests are done.
   *
   * @param options - `ids`: the databases to use, as far as they can be reached; by default those of
   *   {@link TestDatabases.setDefaults} or all. `disableDocker` is accepted and has no effect:
   *   containers are never started.
   * @throws Error listing the known ids when one is unknown
   */
  static create(options?: { ids?: TestDatabaseId[]; disableDocker?: boolean }): TestDatabases {
    const ids = options?.ids ?? TestDatabases.defaultIds ?? [...TEST_DATABASES.keys()];
    ids.forEach(propertiesOf);
    const databases = new TestDatabases(ids.filter(isReachable));
    afterAllTests(() => databases.shutdown());
    return databases;
  }

  /** Sets the databases of every later {@link TestDatabases.create} without `ids`. */
  static setDefaults(options: { ids?: TestDatabaseId[] }): void {
    options.ids?.forEach(propertiesOf);
    TestDatabases.defaultIds = options.ids;
  }

  private constructor(private readonly supportedIds: TestDatabaseId[]) {}

  supports(id: TestDatabaseId): boolean {
    return this.supportedIds.includes(id);
  }

  /** In the form that `it.each` of Jest and Vitest takes. */
  eachSupportedId(): [TestDatabaseId][] {
    return this.supportedIds.map(id => [id]);
  }

  /**
   * Creates an empty database.
   *
   * @throws Error when the id is unknown, or its server's address is not in the environment
   */
  async init(id: TestDatabaseId): Promise<Knex> {
    const properties = propertiesOf(id);
    if (!this.supports(id)) {
      throw new Error(
        `Unsupported test database ${id} for this environment, possible values are ` +
          `${this.supportedIds.join(', ')}. Set ${properties.environmentVariable} to use it.`,
      );
    }
    const server = this.servers.get(id) ?? createTestDatabaseServer(properties);
    this.servers.set(id, server);
    return server.createDatabase();
  }

  /** Closes and drops everything now. */
  async shutdown(): Promise<void> {
    const servers = [...this.servers.values()];
    this.servers.clear();
    await Promise.all(servers.map(server => server.shutdown()));
  }
}

/** @throws Error when the id is unknown */
function propertiesOf(id: TestDatabaseId) {
  const properties = TEST_DATABASES.get(id);
  if (!properties) {
    const known = [...TEST_DATABASES.keys()].join(', ');
    throw new Error(`Unknown test database ${String(id)}, possible values are ${known}`);
  }
  return properties;
}

function isReachable(id: TestDatabaseId): boolean {
  const { environmentVariable } = propertiesOf(id);
  return !environmentVariable || Boolean(process.env[environmentVariable]);
}
