/** What the scheduler is tested on; the address of a server is in its variable. */
export const databases = [
  { name: 'SQLite', client: 'better-sqlite3', connection: ':memory:' },
  {
    name: 'PostgreSQL',
    client: 'pg',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
  },
  {
    name: 'MySQL',
    client: 'mysql2',
    variable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
  },
];
