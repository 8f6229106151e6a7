import { expect } from 'chai';
import knexFactory, { type Knex } from 'knex';
import { TestDatabases } from '../../../lib/testing';
import { createAuth } from './create-auth';

const REPLICAS = 6;

describe('replicas that use an empty database at the same moment', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_15', 'MYSQL_8'] });
  const discovery = { getBaseUrl: async () => '', getExternalBaseUrl: async () => '' };

  for (const id of ['POSTGRES_15', 'MYSQL_8'] as const) {
    it(`all store their keys, and publish those of all (${id})`, async function () {
      if (!databases.supports(id)) {
        console.log(`      skipped: the address of ${id} is not in the environment`);
        this.skip();
      }
      const { client } = await databases.init(id);
      const connections: Knex[] = Array.from({ length: REPLICAS }, () =>
        knexFactory({ client: client.config.client, connection: client.config.connection }),
      );
      try {
        await Promise.all(connections.map(knex => knex.raw('select 1')));
        const replicas = await Promise.all(
          connections.map(tickets => createAuth({ discovery, databases: { tickets } })('tickets')),
        );
        await Promise.all(
          replicas.map(async auth =>
            auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: 'catalog',
            }),
          ),
        );
        for (const auth of replicas) {
          expect((await auth.listPublicServiceKeys()).keys).to.have.length(REPLICAS);
        }
      } finally {
        await Promise.all(connections.map(knex => knex.destroy()));
      }
    });
  }
});
