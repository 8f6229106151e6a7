/** The databases that tests can run on. */
export type TestDatabaseId =
  | 'POSTGRES_18'
  | 'POSTGRES_17'
  | 'POSTGRES_16'
  | 'POSTGRES_15'
  | 'POSTGRES_14'
  | 'POSTGRES_13'
  | 'POSTGRES_12'
  | 'POSTGRES_11'
  | 'POSTGRES_9'
  | 'MYSQL_8'
  | 'SQLITE_3';

/** The kind of server behind an id. */
export type TestDatabaseDriver = 'pg' | 'mysql2' | 'better-sqlite3';

/** How a test database is reached. */
export interface TestDatabaseProperties {
  driver: TestDatabaseDriver;
  /** Names the environment variable with the address of the server; SQLite needs none. */
  environmentVariable?: string;
}

const postgres = (version: number): [TestDatabaseId, TestDatabaseProperties] => [
  `POSTGRES_${version}` as TestDatabaseId,
  {
    driver: 'pg',
    environmentVariable: `BACKSTAGE_TEST_DATABASE_POSTGRES${version}_CONNECTION_STRING`,
  },
];

/** All test databases, newest first. */
export const TEST_DATABASES = new Map<TestDatabaseId, TestDatabaseProperties>([
  ...[18, 17, 16, 15, 14, 13, 12, 11, 9].map(postgres),
  [
    'MYSQL_8',
    {
      driver: 'mysql2',
      environmentVariable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
    },
  ],
  ['SQLITE_3', { driver: 'better-sqlite3' }],
]);
