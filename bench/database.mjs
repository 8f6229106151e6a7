#!/usr/bin/env node
// `node bench/database.mjs [--quick]`: databases of fifty plugins on PostgreSQL, ours beside stock Backstage.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { atMost, compareWithStock } from './statistics.mjs';

const SERVER =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING ??
  'postgresql://postgres@127.0.0.1:5432/postgres';
const PLUGINS = 50;
/** Longer than a connection stays open unused. */
const IDLE_MILLIS = 13_000;

/**
 * What it takes to create and migrate the databases of fifty plugins, the same once they exist, and the
 * connections that stay open while nothing happens. Both sides run the same plugins with the same
 * migrations, all at once. The times begin when the first plugin asks for its database, with all modules
 * loaded; the time since the start of the process has their loading in it. Stock Backstage also makes a
 * table for the keys of each plugin meanwhile, as it does in any backend; ours does when a plugin first
 * signs a token.
 */
export async function measureDatabases({ rounds }) {
  const runs = { ours: [], stock: [], control: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = ['ours', 'stock', 'control'];
    for (let i = 0; i < order.length; i += 1) {
      const who = order[(i + round) % order.length];
      runs[who].push(await measureOnce(who === 'stock' ? 'stock' : 'ours'));
    }
  }
  const row = (key, what, goal = atMost(0.5)) => compareWithStock(runs, key, what, goal);
  return [
    row('createMs', `${PLUGINS} databases created and migrated, ms`),
    row('createSinceStartMs', 'from the start of the process until then, ms'),
    row('createStatements', 'statements sent for that'),
    // Each of the databases needs one, whoever creates it.
    row('createLogins', 'connections opened for that', null),
    row('checkMs', `${PLUGINS} databases found and checked, ms`),
    row('checkStatements', 'statements sent for that'),
    row('connections', `idle connections of ${PLUGINS} plugins`),
  ];
}

async function measureOnce(who) {
  const prefix = `bench_${randomBytes(5).toString('hex')}_`;
  const folder = await mkdtemp(join(tmpdir(), 'forklift-bench-'));
  const configFile = join(folder, 'app-config.yaml');
  await writeFile(
    configFile,
    JSON.stringify({
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: 'http://localhost:7007',
        listen: { host: '127.0.0.1', port: 0 },
        database: { client: 'pg', connection: SERVER, prefix },
      },
    }),
  );
  const admin = new pg.Client(SERVER);
  await admin.connect();
  try {
    const first = await startSubject(who, configFile);
    await first.stop();
    const second = await startSubject(who, configFile);
    await sleep(IDLE_MILLIS);
    const { rows } = await admin.query(
      'SELECT count(*)::int AS connections FROM pg_stat_activity WHERE datname LIKE $1',
      [`${prefix}%`],
    );
    await second.stop();
    return {
      createMs: first.migratedMs,
      createSinceStartMs: first.sinceStartMs,
      createStatements: first.statements,
      createLogins: first.logins,
      checkMs: second.migratedMs,
      checkStatements: second.statements,
      ...rows[0],
    };
  } finally {
    const { rows } = await admin.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      `${prefix}%`,
    ]);
    for (const { datname } of rows) await admin.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
    await admin.end();
    await rm(folder, { recursive: true });
  }
}

async function startSubject(who, configFile) {
  const child = fork(
    fileURLToPath(new URL('./subjects/databases.cjs', import.meta.url)),
    [who, '--config', configFile],
    {
      env: { ...process.env, NODE_ENV: 'production', BENCH_PLUGINS: String(PLUGINS) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error(`'${who}' ended before its databases were migrated`);
    }),
  ]);
  return {
    ...message,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(await measureDatabases({ rounds: process.argv.includes('--quick') ? 1 : 5 }));
}
