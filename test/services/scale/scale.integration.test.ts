import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually';
import { Deployment } from './deployment';
import { PrivateServer } from './private-server';

const outageSeconds = Number(process.env.SCALE_OUTAGE_SECONDS ?? 3);

describe('three replicas and a second deployment on PostgreSQL and Redis', function scale() {
  this.timeout(180_000);

  let deployment: Deployment;
  let knex: Knex;

  before(async function start() {
    const missing = PrivateServer.missing();
    if (missing.length > 0) {
      this.test!.parent!.title += ` (skipped: ${missing.join(' and ')} not installed)`;
      this.skip();
    }
    deployment = await Deployment.start();
    knex = databaseOf('notes');
  });

  after(async () => {
    await knex?.destroy();
    await deployment?.stop();
  });

  const databaseOf = (pluginId: string) =>
    createKnex({
      client: 'pg',
      connection: deployment.postgres.url.replace(/[^/]*$/, `backstage_plugin_${pluginId}`),
    });

  /**
   * Writes notes, reads the cache, logs in and calls the other deployment until it is told to stop, each
   * time through the next replica that is ready.
   */
  function startLoad() {
    const acknowledged: string[] = [];
    const failures: string[] = [];
    let slowest = 0;
    let stopped = false;
    const repeat = async (send: (url: string, i: number) => Promise<Response>) => {
      for (let i = 0; !stopped; i += 1) {
        const begin = Date.now();
        try {
          const answer = await send(deployment.nextUrl(), i);
          await answer.text();
          if (!answer.ok) failures.push(`status ${answer.status} of ${routeOf(answer)}`);
        } catch (error) {
          failures.push(`${error} ${(error as Error).cause}`);
        }
        slowest = Math.max(slowest, Date.now() - begin);
        await sleep(20);
      }
    };
    const write = (name: string) =>
      repeat(async (url, i) => {
        const id = `${name}-${i}`;
        const answer = await fetch(`${url}/api/notes/notes/${id}`, { method: 'PUT' });
        if (answer.status === 201) acknowledged.push(id);
        return answer;
      });
    const all = Promise.all([
      ...['a', 'b', 'c'].map(name => write(randomBytes(4).toString('hex') + name)),
      repeat(url => fetch(`${url}/api/notes/cached/key`)),
      repeat(url => fetch(`${url}/api/notes/greeting`)),
      repeat(url => fetch(`${url}/api/auth/guest/refresh`)),
    ]);
    return async () => {
      stopped = true;
      await all;
      return { acknowledged, failures, slowest };
    };
  }

  async function lost(acknowledged: string[]): Promise<string[]> {
    const kept = new Set((await knex('notes').select('id')).map(row => row.id));
    return acknowledged.filter(id => !kept.has(id));
  }

  it('accept the log-in of any replica, and calls between plugins and deployments', async () => {
    for (const { url } of deployment.replicas) {
      const login = await fetch(`${url}/api/auth/guest/refresh`);
      const { backstageIdentity } = (await login.json()) as any;
      for (const other of deployment.replicas) {
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
    for (const [index, { url }] of deployment.replicas.entries()) {
      await fetch(`${url}/api/notes/cached/key`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ index }),
      });
      for (const other of deployment.replicas) {
        const cached = await fetch(`${other.url}/api/notes/cached/key`);
        expect(await cached.json()).to.deep.equal({ index });
      }
    }
  });

  it('hear each event once in each deployment, whichever replica it comes from', async () => {
    const greeter = databaseOf('greeter');
    const shout = async (id: string) => {
      const answer = await fetch(`${deployment.nextUrl()}/api/notes/shouts/${id}`, {
        method: 'POST',
      });
      expect(answer.status).to.equal(202);
    };
    const heard = async (database: Knex) =>
      (await database('heard').where('id', 'like', 'counted-%').orderBy('id')).map(({ id }) => id);
    try {
      // Subscriptions take a moment to exist, so the first events may come before them.
      await eventually(async () => {
        await shout('first');
        expect(await greeter('heard').where({ id: 'first' })).not.to.deep.equal([]);
      });
      const ids = Array.from({ length: 9 }, (_, i) => `counted-${i}`);
      for (const id of ids) await shout(id);
      for (const database of [knex, greeter]) {
        await eventually(async () => expect(await heard(database)).to.deep.equal(ids));
      }
    } finally {
      await greeter.destroy();
    }
  });

  it('restart one after the other without a failed request', async () => {
    const stopLoad = startLoad();
    for (const replica of deployment.replicas) {
      await replica.stop();
      await replica.start();
    }
    const { acknowledged, failures } = await stopLoad();
    expect(failures).to.deep.equal([]);
    expect(acknowledged.length).to.be.greaterThan(50);
    expect(await lost(acknowledged)).to.deep.equal([]);
  });

  for (const [what, servers] of [
    ['PostgreSQL', () => [deployment.postgres]],
    ['Redis', () => [deployment.redis]],
    ['PostgreSQL and Redis', () => [deployment.postgres, deployment.redis]],
  ] as Array<[string, () => PrivateServer[]]>) {
    it(`stay up while ${what} is stopped for ${outageSeconds} s, fail fast, and lose nothing that they acknowledged`, async () => {
      const { replicas } = deployment;
      const pids = replicas.map(replica => replica.pid);
      const stopLoad = startLoad();
      await sleep(300);
      await Promise.all(servers().map(server => server.stop()));
      await sleep(outageSeconds * 1_000);
      const readyMeanwhile = replicas.map(replica => replica.ready);
      await Promise.all(servers().map(server => server.start()));
      await eventually(async () => {
        for (const replica of replicas) expect(await replica.probe()).to.equal(true);
      });
      await sleep(500);
      const { acknowledged, failures, slowest } = await stopLoad();

      expect(readyMeanwhile).to.deep.equal([false, false, false]);
      if (what === 'Redis') expect(failures).to.deep.equal([]);
      else expect(failures).to.include('status 503 of /api/notes/notes');
      expect(failures.filter(failure => !failure.startsWith('status 503'))).to.deep.equal([]);
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

/** The path without the id of a note. */
function routeOf({ url }: Response): string {
  return new URL(url).pathname.replace(/(?<=notes\/notes)\/.*/, '');
}
