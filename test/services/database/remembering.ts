import { coreServices, createBackend, createBackendPlugin } from 'backstage-forklift';
import { mockServices } from 'backstage-forklift/testing';

/** A backend under `backstage-cli package start`: tells how often it has run, as its database in memory has it. */
async function main() {
  let ids: number[] = [];
  const backend = createBackend();
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        app: { baseUrl: 'http://localhost:3000' },
        backend: {
          baseUrl: 'http://localhost:7007',
          listen: { host: '127.0.0.1', port: 0 },
          database: { client: 'better-sqlite3', connection: ':memory:' },
        },
      },
    }),
  );
  backend.add(mockServices.rootLogger.factory());
  backend.add(
    createBackendPlugin({
      pluginId: 'runs',
      register: reg =>
        reg.registerInit({
          deps: { database: coreServices.database },
          async init({ database }) {
            const knex = await database.getClient();
            if (!(await knex.schema.hasTable('runs'))) {
              await knex.schema.createTable('runs', table => table.increments());
            }
            await knex('runs').insert({});
            ids = await knex('runs').pluck('id');
          },
        }),
    }),
  );
  await backend.start();
  await backend.stop();
  process.send!({ ids });
  process.disconnect();
}

void main();
