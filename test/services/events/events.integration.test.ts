import { expect } from 'chai';
import createKnex from 'knex';
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
    rmSync(folder, { recursive: true });
    await Promise.all(
      replicas.map(async replica => {
        const exited = once(replica, 'exit');
        replica.kill('SIGTERM');
        await exited;
      }),
    );
    if (!connection) return;
    const admin = createKnex({ client: 'pg', connection });
    const databases = await admin('pg_database').where('datname', 'like', `${prefix}%`);
    for (const { datname } of databases) {
      await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    await admin.destroy();
  });

  /** A replica, and what its plugin receives. */
  async function startReplica(pluginId: string) {
    const port = await freePort();
    const configFile = join(folder, `${pluginId}.yaml`);
    writeFileSync(
      configFile,
      JSON.stringify({
        app: { baseUrl: 'http://localhost:3000' },
        backend: {
          baseUrl: `http://127.0.0.1:${port}`,
          listen: { host: '127.0.0.1', port },
          database: { client: 'pg', connection, prefix },
        },
      }),
    );
    const replica = fork(join(__dirname, 'replica.ts'), ['--config', configFile], {
      execArgv: ['--require', 'tsx/cjs'],
      env: { ...process.env, NODE_ENV: 'production', PLUGIN_ID: pluginId },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    replicas.push(replica);
    const received: unknown[] = [];
    replica.on('message', payload => void received.push(payload));
    await eventually(() => expect(received.shift()).to.equal('started'));
    return { received, publish: (payload: object) => replica.send(payload) };
  }

  it('reach each subscriber once, in whichever replica it is', async () => {
    const here = await startReplica('here');
    const there = await startReplica('there');
    // Subscriptions take a moment to exist, so the first events may come before them.
    await eventually(() => {
      here.publish({ hello: 'from here' });
      there.publish({ hello: 'from there' });
      expect(there.received).to.deep.include({ hello: 'from here' });
      expect(here.received).to.deep.include({ hello: 'from there' });
    });
    here.publish({ from: 'here' });
    there.publish({ from: 'there' });
    for (const { received } of [here, there]) {
      const marked = () => received.filter(payload => 'from' in (payload as object));
      await eventually(() =>
        expect(marked()).to.have.deep.members([{ from: 'here' }, { from: 'there' }]),
      );
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
