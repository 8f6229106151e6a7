import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { DatabaseManager } from '../../../lib/services';
import { mockServices, TestDatabases } from '../../../lib/testing';
import { createAuth } from './create-auth';

const REPLICAS = 6;

/** As a backend of its own, which waits for the migrations of others. */
async function connectAsPlugin(pluginId: string, { client, connection }: Knex.Config) {
  const database = { client, plugin: { [pluginId]: { connection, ensureExists: false } } };
  const manager = DatabaseManager.fromConfig(new ConfigReader({ backend: { database } } as never));
  return manager
    .forPlugin(pluginId, {
      logger: mockServices.logger.mock(),
      lifecycle: mockServices.lifecycle.mock(),
    })
    .getClient();
}

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
      const connections = await Promise.all(
        Array.from({ length: REPLICAS }, () => connectAsPlugin('tickets', client.config)),
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
