import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const connection = process.env[variable];
/** Three replicas start together, in tests beside others. */
const START_MILLIS = 120_000;
const TOKEN = randomBytes(12).toString('hex');

describe('events with the events backend of stock Backstage', () => {
  const prefix = `events_${randomBytes(5).toString('hex')}_`;
  const folder = mkdtempSync(join(tmpdir(), 'forklift-events-'));
  const replicas: ChildProcess[] = [];

  before(function skipWithoutServer() {
    if (!connection) {
      this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
      this.skip();
    }
  });

  after(async () => {
    await Promise.all(
      replicas.map(async replica => {
        const exited = once(replica, 'exit');
        replica.kill('SIGTERM');
        await exited;
      }),
    );
    rmSync(folder, { recursive: true });
    await busTable?.destroy();
    if (!connection) return;
    const admin = createKnex({ client: 'pg', connection });
    const databases = await admin('pg_database').where('datname', 'like', `${prefix}%`);
    for (const { datname } of databases) {
      await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    await admin.destroy();
  });

  /** A replica, and what its plugin receives. */
  async function startReplica(pluginId: string, runtime: 'ours' | 'stock' = 'ours') {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const configFile = join(folder, `${pluginId}-${runtime}.yaml`);
    writeFileSync(
      configFile,
      JSON.stringify({
        app: { baseUrl: 'http://localhost:3000' },
        backend: {
          baseUrl: url,
          auth: {
            externalAccess: [{ type: 'static', options: { token: TOKEN, subject: 'test' } }],
          },
          listen: { host: '127.0.0.1', port },
          database: { client: 'pg', connection, prefix },
        },
        // Stock Backstage answers 404 for a moment at its start, and then gives up its own bus.
        events: { useEventBus: runtime === 'stock' ? 'always' : 'auto' },
      }),
    );
    const replica = fork(join(__dirname, 'replica.ts'), ['--config', configFile], {
      execArgv: ['--require', 'tsx/cjs'],
      env: { ...process.env, NODE_ENV: 'production', PLUGIN_ID: pluginId, RUNTIME: runtime },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    replicas.push(replica);
    const received: unknown[] = [];
    replica.on('message', payload => void received.push(payload));
    await eventually(() => expect(received.shift()).to.equal('started'), START_MILLIS);
    return { url, received, publish: (payload: object) => replica.send(payload) };
  }

  type Replica = Awaited<ReturnType<typeof startReplica>>;
  let busTable: Knex;
  let here: Replica;
  let hereStock: Replica;
  let there: Replica;

  before(async function startReplicas() {
    [here, hereStock, there] = await Promise.all([
      startReplica('here'),
      startReplica('here', 'stock'),
      startReplica('there'),
    ]);
    busTable = createKnex({
      client: 'pg',
      connection: new URL(`/${prefix}events`, connection).href,
      pool: { min: 0, max: 1 },
    });
  });

  it('reach each plugin once, whichever of its replicas takes it, of ours or of stock Backstage', async () => {
    const all = [here, hereStock, there];
    await eventually(async () =>
      expect(await busTable('event_bus_subscriptions').pluck('id')).to.have.members([
        'here.all',
        'there.all',
      ]),
    );
    const count = 20;
    for (let n = 0; n < count; n += 1) all.forEach((replica, i) => replica.publish({ from: i, n }));
    const expected = [0, 1, 2].flatMap(from =>
      Array.from({ length: count }, (_, n) => ({ from, n })),
    );
    const marked = (...replicas: Replica[]) =>
      replicas.flatMap(({ received }) => received as object[]).filter(payload => 'from' in payload);
    await eventually(() => {
      expect(marked(there)).to.have.deep.members(expected);
      expect(marked(here, hereStock)).to.have.deep.members(expected);
    });
  });

  describe('over its endpoints, in a backend of ours', () => {
    const id = 'test.reader';
    const topic = `topic-${randomBytes(5).toString('hex')}`;

    const call = (replica: Replica, method: string, path: string, body?: object, token = TOKEN) =>
      fetch(`${replica.url}/api/events/bus/v1/${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: body && JSON.stringify(body),
      });
    const subscribe = () => call(here, 'PUT', `subscriptions/${id}`, { topics: [topic] });
    const publish = (replica: Replica, payload: unknown, notifiedSubscribers?: string[]) =>
      call(replica, 'POST', 'events', { event: { topic, payload }, notifiedSubscribers });
    const take = (replica: Replica) => call(replica, 'GET', `subscriptions/${id}/events`);

    it('are for services that ask properly', async () => {
      expect(
        (await call(here, 'PUT', `subscriptions/${id}`, { topics: [topic] }, '')).status,
      ).to.equal(401);
      expect((await call(here, 'PUT', `subscriptions/${id}`, {})).status).to.equal(400);
      expect((await call(here, 'POST', 'events', { event: {} })).status).to.equal(400);
      expect((await take(here)).status).to.equal(404);
    });

    it('are kept only for subscribers that have not had them', async () => {
      expect((await publish(here, { nobody: 'listens' })).status).to.equal(204);
      expect((await subscribe()).status).to.equal(201);
      expect((await publish(here, { had: true }, [id])).status).to.equal(204);
      expect((await publish(here, { n: 1 })).status).to.equal(201);
      expect((await publish(there, { n: 2 }, ['another'])).status).to.equal(201);
      expect((await subscribe()).status).to.equal(201); // loses nothing
      const answer = await take(hereStock);
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.equal({
        events: [1, 2].map(n => ({ topic, payload: { n } })),
      });
    });

    it('end a request that waits, when another replica publishes one', async () => {
      const waiting = await take(here);
      expect(waiting.status).to.equal(202);
      expect(waiting.headers.get('backstage-events-notify-timeout')).to.equal('55000');
      let ended = false;
      const end = waiting.text().then(() => (ended = true));
      expect(
        (await call(there, 'POST', 'events', { event: { topic: 'other', payload: 1 } })).status,
      ).to.equal(204);
      expect(ended).to.equal(false);
      expect((await publish(hereStock, { n: 3 })).status).to.equal(201);
      await end;
      expect(await (await take(there)).json()).to.deep.equal({
        events: [{ topic, payload: { n: 3 } }],
      });
    });

    it('are rows of the tables of stock Backstage', async () => {
      const [subscription] = await busTable('event_bus_subscriptions').where({ id });
      const events = await busTable('event_bus_events').where({ topic }).orderBy('id');
      expect(subscription).to.include({ created_by: 'service=test' });
      expect(subscription.topics).to.deep.equal([topic]);
      expect(subscription.read_until).to.equal(events[2].id);
      expect(events.map(event => JSON.parse(event.data_json).payload)).to.deep.equal([
        { n: 1 },
        { n: 2 },
        { n: 3 },
      ]);
      expect(events[1].notified_subscribers).to.deep.equal(['another']);
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
