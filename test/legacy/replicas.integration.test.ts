import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import createKnex from 'knex';
import { BackendProcess } from './backend-process';
import { freePort } from './start-backend';

const VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const BACKEND = join(__dirname, 'replicas/backend.ts');
const PLUGINS = ['old-todo', 'whoami'];

/**
 * A deployment with no keys in its configuration: two replicas on one PostgreSQL, and a third backend with
 * another plugin, `elsewhere`, and one that the replicas do not know of, `stranger`.
 */
describe('the tokenManager of a legacy plugin, over replicas', function replicas() {
  this.timeout(120_000);

  const connection = process.env[VARIABLE];
  const folder = mkdtempSync(join(tmpdir(), 'forklift-replicas-'));
  const prefix = `replicas_${randomBytes(5).toString('hex')}_`;
  const backends: BackendProcess[] = [];
  let one: BackendProcess;
  let two: BackendProcess;
  let third: BackendProcess;
  let foreign: BackendProcess;

  before(async function start() {
    if (!connection) {
      this.test!.parent!.title += ` (skipped: ${VARIABLE} is not set)`;
      this.skip();
    }
    const [onePort, thirdPort] = [await freePort(), await freePort()];
    const replica = writeConfig('replica', `${prefix}ours_`, thirdPort, ['elsewhere']);
    const other = writeConfig('third', `${prefix}ours_`, onePort, PLUGINS);
    [one, two, third, foreign] = await Promise.all([
      startBackend(PLUGINS, replica, onePort),
      startBackend(PLUGINS, replica),
      startBackend(['elsewhere', 'stranger'], other, thirdPort),
      startBackend(PLUGINS, writeConfig('foreign', `${prefix}theirs_`, thirdPort, [])),
    ]);
  });

  after(async () => {
    await Promise.all(backends.map(backend => backend.end('SIGKILL')));
    rmSync(folder, { recursive: true });
    if (connection) {
      await dropDatabases(connection, prefix);
    }
  });

  async function startBackend(plugins: string[], configFile: string, port?: number) {
    const backend = await BackendProcess.start(BACKEND, plugins, configFile, port);
    backends.push(backend);
    return backend;
  }

  /** @param elsewhere - the plugins of the deployment that are at another port */
  function writeConfig(name: string, databases: string, port: number, elsewhere: string[]) {
    const file = join(folder, `${name}.yaml`);
    const endpoints = [{ target: `http://localhost:${port}/api/{{pluginId}}`, plugins: elsewhere }];
    const backend = { database: { client: 'pg', connection, prefix: databases } };
    const app = { baseUrl: 'http://localhost:3000' };
    writeFileSync(file, JSON.stringify({ app, backend, discovery: { endpoints } }));
    return file;
  }

  async function call(caller: BackendProcess, url: string) {
    const query = new URLSearchParams({ url });
    return (await fetch(`${caller.url}/api/old-todo/call?${query}`)).json();
  }

  async function tokenOf({ url }: BackendProcess): Promise<string> {
    return ((await (await fetch(`${url}/api/old-todo/token`)).json()) as { token: string }).token;
  }

  /** The status that a request with the token gets, from a plugin of either style. */
  async function statusOf({ url }: BackendProcess, path: string, token: string) {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/api/${path}`, { headers })).status;
  }

  it('calls plugins of the other replica, of either style', async () => {
    for (const [caller, called] of [
      [one, two],
      [two, one],
    ]) {
      const url = `${called.url}/api`;
      expect(await call(caller, `${url}/whoami/caller`)).to.deep.equal({
        status: 200,
        body: 'plugin:old-todo',
      });
      expect(await call(caller, `${url}/old-todo/checked`)).to.deep.equal({
        status: 200,
        body: 'a plugin',
      });
    }
  });

  it('calls plugins that another backend of the deployment has', async () => {
    for (const caller of [one, two]) {
      expect(await call(caller, `${third.url}/api/elsewhere/caller`)).to.deep.equal({
        status: 200,
        body: 'plugin:old-todo',
      });
    }
  });

  it('makes tokens that are honoured when the replica that made them is gone', async () => {
    const replica = join(folder, 'replica.yaml');
    const passing = await startBackend(PLUGINS, replica);
    const token = await tokenOf(passing);
    await passing.end();
    expect(await statusOf(two, 'whoami/caller', token)).to.equal(200);
    expect(await statusOf(two, 'old-todo/checked', token)).to.equal(200);
    const next = await startBackend(PLUGINS, replica);
    expect(await statusOf(next, 'whoami/caller', token)).to.equal(200);
  });

  it('is refused by another deployment', async () => {
    for (const path of ['whoami/caller', 'old-todo/checked']) {
      expect(await statusOf(foreign, path, await tokenOf(one)), path).to.equal(401);
      expect(await statusOf(one, path, await tokenOf(foreign)), path).to.equal(401);
    }
  });

  it('is refused by plugins that are not of the deployment, on the same server', async () => {
    const token = await tokenOf(one);
    expect(await statusOf(third, 'elsewhere/caller', token)).to.equal(200);
    expect(await statusOf(third, 'stranger/caller', token)).to.equal(401);
  });

  it('is refused when anything in it was changed', async () => {
    const [header, claims, signature] = (await tokenOf(one)).split('.');
    const change = (part: string, changes: object) =>
      Buffer.from(
        JSON.stringify({ ...JSON.parse(String(Buffer.from(part, 'base64url'))), ...changes }),
      ).toString('base64url');
    const forged = [
      [header, change(claims, { aud: 'stranger' }), signature],
      [header, change(claims, { sub: 'whoami' }), signature],
      [header, change(claims, { exp: 2_000_000_000 }), signature],
      [change(header, { alg: 'none' }), claims, ''],
      [change(header, { typ: undefined }), claims, signature],
      [header, claims, Buffer.alloc(64).toString('base64url')],
      [header, claims],
    ];
    for (const parts of forged) {
      const token = parts.join('.');
      expect(await statusOf(two, 'whoami/caller', token), token).to.equal(401);
      expect(await statusOf(two, 'old-todo/checked', token), token).to.equal(401);
    }
  });
});

async function dropDatabases(connection: string, prefix: string) {
  const admin = createKnex({ client: 'pg', connection });
  const found = await admin('pg_database').where('datname', 'like', `${prefix}%`).pluck('datname');
  for (const database of found) {
    await admin.raw('DROP DATABASE IF EXISTS ?? WITH (FORCE)', [database]);
  }
  await admin.destroy();
}
