import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import knexFactory from 'knex';

const PLUGINS = { stock: 'north', ours: 'south' } as const;
const SHARED_PLUGIN = 'shared';
const START_TIMEOUT_MS = 120_000;

type BackendKind = keyof typeof PLUGINS;

/** What stands for us: a backend of ours, or our services in a stock backend. */
export type OursVariant = 'ours' | 'ours-in-stock';

/** A backend in a process of its own. */
export interface WireBackend {
  kind: BackendKind;
  /** The plugin that only this backend has. */
  pluginId: string;
  url: string;
  logs(): string;
}

/** One stock backend and one of ours on the same PostgreSQL server. */
export interface Fleet {
  stock: WireBackend;
  ours: WireBackend;
  stop(): Promise<void>;
}

/**
 * Starts both backends. Each has a plugin of its own, and both are replicas of the plugin `shared`, of
 * which each finds the other's: so its tokens are verified with keys that the other replica publishes.
 */
export async function startFleet(options: {
  variant: OursVariant;
  postgres: string;
  authorityUrl: string;
  /** The backend that has the auth plugin, with guests as users; the authority unless told. */
  signInAt?: BackendKind;
  /** `backend.auth` */
  auth: JsonObject;
  /** Plugins whose keys the authority publishes, beside `auth`. */
  authorityPlugins: string[];
}): Promise<Fleet> {
  const prefix = `auth_wire_${randomBytes(4).toString('hex')}_`;
  const folder = await mkdtemp(join(tmpdir(), 'forklift-auth-wire-'));
  const ports = { stock: await findFreePort(), ours: await findFreePort() };
  const urls = {
    stock: `http://localhost:${ports.stock}`,
    ours: `http://localhost:${ports.ours}`,
  };
  const children: ChildProcess[] = [];

  async function stop() {
    await Promise.all(children.map(stopChild));
    await dropDatabases(options.postgres, prefix);
    await rm(folder, { recursive: true, force: true });
  }

  async function start(kind: BackendKind, other: BackendKind): Promise<WireBackend> {
    const at = (url: string, plugins: string[]) => ({ target: `${url}/api/{{pluginId}}`, plugins });
    const config = {
      app: { title: 'Wire', baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: urls[kind],
        listen: { port: ports[kind], host: 'localhost' },
        database: { client: 'pg', connection: options.postgres, prefix },
        auth: options.auth,
      },
      auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } },
      discovery: {
        endpoints: [
          at(options.signInAt ? urls[options.signInAt] : options.authorityUrl, ['auth']),
          at(options.authorityUrl, options.authorityPlugins),
          at(urls.stock, [PLUGINS.stock]),
          at(urls.ours, [PLUGINS.ours]),
          at(urls[other], [SHARED_PLUGIN]),
        ],
      },
    };
    const configFile = join(folder, `${kind}.yaml`);
    await writeFile(configFile, JSON.stringify(config));
    const child = spawn(
      process.execPath,
      [
        ...['--require', require.resolve('tsx/cjs'), join(__dirname, 'cell.ts')],
        ...[
          kind === 'ours' ? options.variant : kind,
          [PLUGINS[kind], SHARED_PLUGIN, ...(options.signInAt === kind ? ['auth'] : [])].join(),
          '--config',
          configFile,
        ],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } },
    );
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => (output += chunk));
    }
    await untilReady(child, urls[kind], () => output);
    return { kind, pluginId: PLUGINS[kind], url: urls[kind], logs: () => output };
  }

  const starts = await Promise.allSettled([start('stock', 'ours'), start('ours', 'stock')]);
  const failed = starts.find(result => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [stock, ours] = starts.map(result => (result as PromiseFulfilledResult<WireBackend>).value);
  return { stock, ours, stop };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function untilReady(child: ChildProcess, url: string, logs: () => string): Promise<void> {
  const giveUp = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < giveUp) {
    if (child.exitCode !== null) break;
    const status = await fetch(`${url}/.backstage/health/v1/readiness`).then(
      response => response.status,
      () => 0,
    );
    if (status === 200) return;
    await delay(100);
  }
  throw new Error(`the backend at ${url} did not get ready:\n${logs()}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(killer);
}

async function dropDatabases(connection: string, prefix: string): Promise<void> {
  const knex = knexFactory({ client: 'pg', connection });
  try {
    const names = await knex('pg_database').whereLike('datname', `${prefix}%`).pluck('datname');
    for (const name of names) {
      await knex.raw('drop database ?? with (force)', [name]);
    }
  } finally {
    await knex.destroy();
  }
}
