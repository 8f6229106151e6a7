import type { Knex } from 'knex';

/** Times as SQL, by the clock of the database, which all processes share. */
export interface SqlClock {
  /** True when columns with times hold no fractions of seconds. */
  readonly wholeSeconds: boolean;
  now(): Knex.Raw;
  /** So many seconds from now. */
  after(seconds: number): Knex.Raw;
  /** @param millis since 1970 */
  at(millis: number): Knex.Raw;
  /** The time in a column and so many seconds, or now if that has passed or there is no time. */
  laterThan(column: string, seconds: number): Knex.Raw;
  /** The later of two times. */
  latest(a: Knex.Raw, b: Knex.Raw): Knex.Raw;
  /** Seconds since 1970 of the time in a column. */
  epoch(column: string): Knex.Raw;
  /** Seconds since 1970 of now, with fractions. */
  epochNow(): Knex.Raw;
}

/** The clock in the dialect of a client. The formats are those of stock Backstage. */
export function sqlClock(knex: Knex): SqlClock {
  const client = String(knex.client.config.client);
  if (client.includes('sqlite3')) return sqliteClock(knex);
  return client.includes('mysql') ? mysqlClock(knex) : postgresClock(knex);
}

function postgresClock(knex: Knex): SqlClock {
  return {
    wholeSeconds: false,
    now: () => knex.raw('now()'),
    after: seconds => knex.raw("now() + ?::float8 * interval '1 second'", [seconds]),
    at: millis => knex.raw('to_timestamp(?::float8)', [millis / 1_000]),
    laterThan: (column, seconds) =>
      knex.raw("greatest(?? + ?::float8 * interval '1 second', now())", [column, seconds]),
    latest: (a, b) => knex.raw('greatest(?, ?)', [a, b]),
    epoch: column => knex.raw('extract(epoch from ??)::float8', [column]),
    epochNow: () => knex.raw('extract(epoch from now())::float8'),
  };
}

function mysqlClock(knex: Knex): SqlClock {
  return {
    wholeSeconds: true,
    now: () => knex.raw('now()'),
    after: seconds => knex.raw('now() + interval ? second', [seconds]),
    at: millis => knex.raw('from_unixtime(?)', [millis / 1_000]),
    laterThan: (column, seconds) =>
      knex.raw('greatest(coalesce(??, now()) + interval ? second, now())', [column, seconds]),
    latest: (a, b) => knex.raw('greatest(?, ?)', [a, b]),
    epoch: column => knex.raw('unix_timestamp(??)', [column]),
    epochNow: () => knex.raw('unix_timestamp(now(6))'),
  };
}

function sqliteClock(knex: Knex): SqlClock {
  return {
    wholeSeconds: true,
    now: () => knex.raw("datetime('now')"),
    after: seconds => knex.raw("datetime('now', ?)", [`${seconds} seconds`]),
    at: millis => knex.raw("datetime(?, 'unixepoch')", [millis / 1_000]),
    laterThan: (column, seconds) =>
      knex.raw("max(datetime(coalesce(??, 'now'), ?), datetime('now'))", [
        column,
        `${seconds} seconds`,
      ]),
    latest: (a, b) => knex.raw('max(?, ?)', [a, b]),
    epoch: column => knex.raw('(julianday(??) - 2440587.5) * 86400.0', [column]),
    epochNow: () => knex.raw("(julianday('now') - 2440587.5) * 86400.0"),
  };
}
