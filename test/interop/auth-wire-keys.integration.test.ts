import { expect } from 'chai';
import type { Knex } from 'knex';
import { join } from 'node:path';
import { TestDatabases } from 'backstage-forklift/testing';
import { DatabaseKeyStore } from '../../lib/services/auth/keys/database-key-store';
import { keepingLogger } from '../services/auth/create-auth';

interface KeyStore {
  addKey(key: string, expiresAt: Date): Promise<void>;
  listKeys(): Promise<string[]>;
}

type OpenKeyStore = (knex: Knex) => Promise<KeyStore>;

const openOurs: OpenKeyStore = async knex => {
  const store = new DatabaseKeyStore({ getClient: async () => knex }, keepingLogger());
  return {
    addKey: (id, expiresAt) => store.addKey({ id, key: { kid: id } }, expiresAt),
    listKeys: async () => (await store.listKeys()).map(({ key }) => String(key.kid)),
  };
};

const openStock: OpenKeyStore = async knex => {
  const folder = 'node_modules/@backstage/backend-defaults/dist/entrypoints/auth/plugin/keys';
  const stock = await import(join(__dirname, folder, 'DatabaseKeyStore.cjs.js'));
  const store = await stock.DatabaseKeyStore.create({
    database: { getClient: async () => knex },
    logger: keepingLogger(),
  });
  return {
    addKey: (id, expiresAt) => store.addKey({ id, key: { kid: id }, expiresAt }),
    listKeys: async () => (await store.listKeys()).keys.map(({ key }: any) => key.kid),
  };
};

describe('the table of plugin keys', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15', 'MYSQL_8'] });

  for (const [id] of databases.eachSupportedId()) {
    for (const [title, openFirst, openSecond] of [
      ['ours made serves stock Backstage', openOurs, openStock],
      ['stock Backstage made serves us', openStock, openOurs],
    ] as const) {
      it(`that ${title} (${id})`, async () => {
        const knex = await databases.init(id);
        const first = await openFirst(knex);
        const soon = new Date(Date.now() + 60_000);
        await first.addKey('first', soon);
        const second = await openSecond(knex);
        await second.addKey('second', soon);
        await second.addKey('expired', new Date(Date.now() - 60_000));

        expect(await first.listKeys()).to.have.members(['first', 'second']);
        expect(await second.listKeys()).to.have.members(['first', 'second']);
      });
    }
  }
});
