import { expect } from 'chai';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import sinon from 'sinon';
import { eventually } from '../eventually';
import { createAuth, keepingLogger, memoryDatabase } from './create-auth';
import { TokenAuthority } from './token-authority';

const KEYS_TABLE = 'backstage_backend_public_keys__keys';
const MIGRATIONS_TABLE = 'backstage_backend_public_keys__knex_migrations';
const HOUR = 3600_000;

describe('the keys of plugins', () => {
  let authority: TokenAuthority;

  beforeEach(async () => {
    authority = await TokenAuthority.start();
  });

  afterEach(async () => {
    sinon.restore();
    await authority.stop();
  });

  describe('in the database', () => {
    let knex: Knex;

    beforeEach(() => {
      knex = memoryDatabase();
    });

    afterEach(() => knex.destroy());

    const startReplica = (options: object = {}) =>
      createAuth({ discovery: authority.discovery(), databases: { catalog: knex }, ...options })(
        'catalog',
      );

    async function issue(
      auth: Awaited<ReturnType<typeof startReplica>>,
      targetPluginId = 'tickets',
    ) {
      const onBehalfOf = await auth.getOwnServiceCredentials();
      const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId });
      return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString());
    }

    /** The key that replaces another; until it is stored, tokens are signed with that one. */
    async function rotated(auth: Awaited<ReturnType<typeof startReplica>>, previous: string) {
      return eventually(async () => {
        // Tokens are reused for some seconds, those for different plugins are different ones.
        const { kid } = await issue(auth, `tickets-${Math.random()}`);
        expect(kid).not.to.equal(previous);
        return kid;
      });
    }

    it('are stored as those of stock Backstage', async () => {
      const auth = await startReplica();
      const { kid } = await issue(auth);
      const [row] = await knex(KEYS_TABLE).select();
      expect(row.id).to.equal(kid);
      expect(JSON.parse(row.key)).to.include({ kid, alg: 'ES256', kty: 'EC', crv: 'P-256' });
      expect(JSON.parse(row.key)).not.to.have.property('d');
      const lifetime = new Date(row.expires_at).getTime() - Date.now();
      expect(lifetime).to.be.within(3 * HOUR - 10_000, 3 * HOUR);
      expect(await knex(MIGRATIONS_TABLE).pluck('name')).to.eql(['20240327104803_public_keys.js']);
      expect(await auth.listPublicServiceKeys()).to.eql({ keys: [JSON.parse(row.key)] });
    });

    it('of all replicas are published by each', async () => {
      const [first, second] = [await startReplica(), await startReplica()];
      const kids = [(await issue(first)).kid, (await issue(second)).kid];
      for (const replica of [first, second]) {
        const { keys } = await replica.listPublicServiceKeys();
        expect(keys.map(key => key.kid)).to.have.members(kids);
      }
    });

    it('sign for an hour, stay published for three, and are then removed', async () => {
      const start = Date.now();
      const auth = await startReplica();
      const first = (await issue(auth)).kid;
      const clock = sinon.useFakeTimers({ now: start + HOUR + 10_000, toFake: ['Date'] });
      const second = await rotated(auth, first);
      expect((await auth.listPublicServiceKeys()).keys).to.have.length(2);

      clock.setSystemTime(start + 3 * HOUR + 10_000);
      expect((await auth.listPublicServiceKeys()).keys.map(key => key.kid)).to.eql([second]);
      await knex.raw('select 1');
      expect(await knex(KEYS_TABLE).pluck('id')).to.eql([second]);
    });

    it('go on signing for an hour while the database is away', async () => {
      const start = Date.now();
      const databases: { [id in string]: Knex } = { catalog: knex };
      const logger = keepingLogger();
      const auth = await startReplica({ databases, logger });
      const first = (await issue(auth)).kid;
      const insert = sinon.stub(knex.client, 'query').rejects(new Error('the database is away'));

      const clock = sinon.useFakeTimers({ now: start + 1.9 * HOUR, toFake: ['Date'] });
      expect((await issue(auth)).kid).to.equal(first);
      clock.setSystemTime(start + 2.1 * HOUR);
      const error = await issue(auth).catch(e => e);
      expect(error.message).to.include('the database is away');

      insert.restore();
      expect((await issue(auth)).kid).not.to.equal(first);
    });

    it('leave the database alone until a key is needed', async () => {
      const auth = await startReplica();
      await auth.getOwnServiceCredentials();
      expect(await knex.schema.hasTable(KEYS_TABLE)).to.equal(false);
    });

    it('are not migrated where migrations are to be skipped', async () => {
      const auth = await startReplica({ migrations: { skip: true } });
      const error = await auth.listPublicServiceKeys().catch(e => e);
      expect(error.message).to.include('no such table');
      expect(await knex.schema.hasTable(KEYS_TABLE)).to.equal(false);
    });

    it('are created when the database is back after a failure', async () => {
      const databases: { [id in string]: Knex } = {};
      const logger = keepingLogger();
      const auth = await createAuth({ discovery: authority.discovery(), databases, logger })(
        'catalog',
      );
      expect(await issue(auth).catch(e => e)).to.be.an('error');
      expect(logger.lines.map(line => line.level)).to.eql(['error']);
      databases.catalog = knex;
      expect((await issue(auth)).alg).to.equal('ES256');
    });
  });

  describe('in files', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'forklift-keys-'));
    });

    afterEach(() => rm(folder, { recursive: true }));

    async function writeKeys(name: string) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const publicKeyFile = join(folder, `${name}.pub`);
      const privateKeyFile = join(folder, `${name}.key`);
      await writeFile(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
      await writeFile(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      return { keyId: name, publicKeyFile, privateKeyFile };
    }

    const startWith = (keys: any) =>
      createAuth({
        discovery: authority.discovery(),
        config: { pluginKeyStore: { type: 'static', static: { keys } } },
      })('catalog');

    it('serve all plugins, need no database, and are published', async () => {
      const next = await writeKeys('next');
      const { privateKeyFile: _, ...previous } = await writeKeys('previous');
      const auth = await startWith([next, previous]);
      const { keys } = await auth.listPublicServiceKeys();
      expect(keys.map(({ kid, alg }) => ({ kid, alg }))).to.eql([
        { kid: 'next', alg: 'ES256' },
        { kid: 'previous', alg: 'ES256' },
      ]);

      const path = '/api/catalog/.backstage/auth/v1/jwks.json';
      authority.answers.set(path, { status: 200, body: { keys } });
      const onBehalfOf = await auth.getOwnServiceCredentials();
      const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'catalog' });
      expect((await auth.authenticate(token)).principal).to.include({ subject: 'plugin:catalog' });
    });

    const failures: { [title in string]: [(keys: any, other: any) => any, string] } = {
      'there are none': [() => [], 'backend.auth.pluginKeyStore.static.keys'],
      'the first has no private key': [
        ({ privateKeyFile: _, ...rest }) => [rest],
        `first entry has a 'privateKeyFile'`,
      ],
      'a file is missing': [
        keys => [{ ...keys, publicKeyFile: '/nowhere.pem' }],
        `'/nowhere.pem' does not exist`,
      ],
      'the keys of a pair do not belong together': [
        (keys, other) => [{ ...keys, publicKeyFile: other.publicKeyFile }],
        'do not belong together',
      ],
      'a key does not fit its algorithm': [
        keys => [{ ...keys, algorithm: 'RS256' }],
        `a key of type 'ec' cannot be used with 'RS256'`,
      ],
      'two keys have the same id': [
        (keys, other) => [keys, { ...other, keyId: keys.keyId }],
        `several keys have the 'keyId' 'only'`,
      ],
      'a file holds something else': [
        keys => [{ ...keys, privateKeyFile: __filename }],
        'cannot be used',
      ],
    };
    for (const [title, [change, expected]] of Object.entries(failures)) {
      it(`stop the start when ${title}`, async () => {
        const keys = change(await writeKeys('only'), await writeKeys('other'));
        const error = await startWith(keys).catch(e => e);
        expect(error.message).to.include(expected).and.include('pluginKeyStore.static.keys');
      });
    }
  });

  it('stop the start when they are to be kept elsewhere', async () => {
    const error = await createAuth({
      discovery: authority.discovery(),
      config: { pluginKeyStore: { type: 'vault' } },
    })('catalog').catch(e => e);
    expect(error.message).to.equal(
      `Unsupported config value backend.auth.pluginKeyStore.type 'vault'; expected one of 'database', 'static'`,
    );
  });
});
