import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually';
import { TcpProxy } from '../tcp-proxy';
import { ReplicaProcess } from './replica-process';

const databaseVariable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const cacheVariable = 'BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING';
const outageSeconds = Number(process.env.SCALE_OUTAGE_SECONDS ?? 3);

describe('three replicas and a second deployment on PostgreSQL and Redis', function scale() {
  this.timeout(180_000);

  const prefix = `scale_${randomBytes(5).toString('hex')}_`;
  const folder = mkdtempSync(join(tmpdir(), 'forklift-scale-'));
  const replicas: ReplicaProcess[] = [];
  let greeter: ReplicaProcess;
  let database: TcpProxy;
  let cache: TcpProxy;
  let probing: NodeJS.Timeout;
  let knex: Knex;

  before(async function start() {
    const missing = [databaseVariable, cacheVariable].filter(name => !process.env[name]);
    if (missing.length > 0) {
      this.test!.parent!.title += ` (skipped: ${missing.join(' and ')} not set)`;
      this.skip();
    }
    database = await TcpProxy.start(process.env[databaseVariable]!);
    cache = await TcpProxy.start(process.env[cacheVariable]!);
    const greeterPort = await freePort();
    const configFor = (port: number): JsonObject => ({
      app: { baseUrl: 'http://localhost:3000' },
      auth: {
        providers: {
          guest: {
            dangerouslyAllowOutsideDevelopment: true,
            userEntityRef: 'user:default/guest',
            ownershipEntityRefs: ['user:default/guest'],
          },
        },
      },
      backend: {
        baseUrl: `http://127.0.0.1:${port}`,
        listen: { host: '127.0.0.1', port },
        lifecycle: { serverShutdownDelay: '1s' },
        database: { client: 'pg', connection: database.url, prefix },
        cache: { store: 'redis', connection: cache.url, redis: { client: { namespace: prefix } } },
      },
      discovery: {
        endpoints: [
          { target: `http://127.0.0.1:${greeterPort}/api/{{pluginId}}`, plugins: ['greeter'] },
        ],
      },
    });
    for (let i = 0; i < 3; i += 1) {
      const port = await freePort();
      const options = { folder, port, plugins: ['auth', 'notes'], config: configFor(port) };
      replicas.push(new ReplicaProcess(options));
    }
    const notes = new URL(replicas[0].url);
    const config = configFor(greeterPort);
    config.discovery = {
      endpoints: [{ target: `${notes.origin}/api/{{pluginId}}`, plugins: ['notes'] }],
    };
    greeter = new ReplicaProcess({ folder, port: greeterPort, plugins: ['greeter'], config });
    await Promise.all([greeter, ...replicas].map(replica => replica.start()));
    probing = setInterval(() => replicas.forEach(replica => void replica.probe()), 100);
    knex = createKnex({
      client: 'pg',
      connection: process.env[databaseVariable]!.replace(/\/[^/]*$/, `/${prefix}notes`),
    });
  });

  after(async () => {
    clearInterval(probing);
    await Promise.all([greeter, ...replicas].map(replica => replica?.stop()));
    await Promise.all([knex?.destroy(), database?.cut(), cache?.cut()]);
    rmSync(folder, { recursive: true });
    if (!process.env[databaseVariable]) return;
    const admin = createKnex({ client: 'pg', connection: process.env[databaseVariable] });
    const databases = await admin('pg_database').where('datname', 'like', `${prefix}%`);
    for (const { datname } of databases) {
      await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    await admin.destroy();
  });

  /** Writes notes until it is told to stop, each through the next replica that is ready. */
  function startLoad() {
    const acknowledged: string[] = [];
    const failures: string[] = [];
    let slowest = 0;
    let next = 0;
    let stopped = false;
    const writer = async (name: string) => {
      for (let i = 0; !stopped; i += 1) {
        const ready = replicas.filter(replica => replica.ready);
        const { url } = (ready.length > 0 ? ready : replicas)[next++ % (ready.length || 3)];
        const id = `${name}-${i}`;
        const begin = Date.now();
        try {
          const { status } = await fetch(`${url}/api/notes/notes/${id}`, { method: 'PUT' });
          if (status === 201) acknowledged.push(id);
          else failures.push(`status ${status}`);
        } catch (error) {
          failures.push(`${error} ${(error as Error).cause}`);
        }
        slowest = Math.max(slowest, Date.now() - begin);
        await sleep(20);
      }
    };
    const writers = Promise.all(
      ['a', 'b', 'c', 'd'].map(name => writer(randomBytes(4).toString('hex') + name)),
    );
    return async () => {
      stopped = true;
      await writers;
      return { acknowledged, failures, slowest };
    };
  }

  async function lost(acknowledged: string[]): Promise<string[]> {
    const kept = new Set((await knex('notes').select('id')).map(row => row.id));
    return acknowledged.filter(id => !kept.has(id));
  }

  it('accept the log-in of any replica, and calls between plugins and deployments', async () => {
    for (const { url } of replicas) {
      const login = await fetch(`${url}/api/auth/guest/refresh`);
      const { backstageIdentity } = (await login.json()) as any;
      for (const other of replicas) {
        const user = await fetch(`${other.url}/api/notes/user`, {
          headers: { authorization: `Bearer ${backstageIdentity.token}` },
        });
        expect(await user.json()).to.equal('user:default/guest');
      }
      const greeting = await fetch(`${url}/api/notes/greeting`);
      expect(await greeting.json()).to.equal('hello plugin:notes');
    }
  });

  it('share their cache', async () => {
    for (const [index, { url }] of replicas.entries()) {
      await fetch(`${url}/api/notes/cached/key`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ index }),
      });
      for (const other of replicas) {
        const cached = await fetch(`${other.url}/api/notes/cached/key`);
        expect(await cached.json()).to.deep.equal({ index });
      }
    }
  });

  it('restart one after the other without a failed request', async () => {
    const stopLoad = startLoad();
    for (const replica of replicas) {
      await replica.stop();
      await replica.start();
    }
    const { acknowledged, failures } = await stopLoad();
    expect(failures).to.deep.equal([]);
    expect(acknowledged.length).to.be.greaterThan(50);
    expect(await lost(acknowledged)).to.deep.equal([]);
  });

  for (const [what, servers] of [
    ['PostgreSQL', () => [database]],
    ['Redis', () => [cache]],
    ['PostgreSQL and Redis', () => [database, cache]],
  ] as Array<[string, () => TcpProxy[]]>) {
    it(`stay up while ${what} cannot be reached, fail fast, and lose nothing that they acknowledged`, async () => {
      const pids = replicas.map(replica => replica.pid);
      const stopLoad = startLoad();
      await sleep(300);
      await Promise.all(servers().map(server => server.cut()));
      await sleep(outageSeconds * 1_000);
      const readyMeanwhile = replicas.map(replica => replica.ready);
      await Promise.all(servers().map(server => server.restore()));
      await eventually(async () => {
        for (const replica of replicas) expect(await replica.probe()).to.equal(true);
      });
      await sleep(500);
      const { acknowledged, failures, slowest } = await stopLoad();

      expect(readyMeanwhile).to.deep.equal(Array(3).fill(what === 'Redis'));
      expect([...new Set(failures)]).to.deep.equal(what === 'Redis' ? [] : ['status 503']);
      expect(slowest).to.be.lessThan(5_000);
      expect(await lost(acknowledged)).to.deep.equal([]);
      expect(replicas.map(replica => replica.pid)).to.deep.equal(pids);
      await eventually(async () => {
        const answer = await fetch(`${replicas[0].url}/api/notes/notes/after`, { method: 'PUT' });
        expect(answer.status).to.equal(201);
      });
    });
  }

  it('run their task one at a time through all of it', async () => {
    const ticks = await knex('ticks').orderBy('begin_at');
    expect(ticks.length).to.be.greaterThan(5);
    const overlapping = ticks
      .slice(1)
      .filter((tick, i) => Number(tick.begin_at) < Number(ticks[i].end_at));
    expect(overlapping).to.deep.equal([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
