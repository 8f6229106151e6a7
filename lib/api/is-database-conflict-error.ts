const codes = new Set([
  '23505', // PostgreSQL unique_violation
  'ER_DUP_ENTRY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

const messages =
  /SQLITE_CONSTRAINT(?:_UNIQUE)?: UNIQUE|UNIQUE constraint failed:|unique constraint|Duplicate entry/;

/**
 * Tells whether a database refused a row because another one has the same unique key, for SQLite,
 * PostgreSQL, MySQL and MariaDB.
 */
export function isDatabaseConflictError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (
    (typeof code === 'string' && codes.has(code)) ||
    (typeof message === 'string' && messages.test(message))
  );
}
