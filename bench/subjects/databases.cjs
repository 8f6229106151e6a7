// Plugins that migrate their databases at start. Reports what that took: `databases.cjs ours|stock`.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const stock = createRequire(join(__dirname, '..', '..', 'test', 'interop', 'package.json'));
const { api, createBackend } =
  process.argv[2] === 'stock'
    ? {
        api: stock('@backstage/backend-plugin-api'),
        createBackend: stock('@backstage/backend-defaults').createBackend,
      }
    : {
        api: require('backstage-forklift'),
        createBackend: require('backstage-forklift').createBackend,
      };

// Stock Backstage has loaded it by the time plugins start; ours would while they wait for their databases.
(process.argv[2] === 'stock' ? stock : require)('knex');

/** What goes to the server, which does not depend on how busy the machine is. */
const sent = { statements: 0, logins: 0 };
const { Client } = (process.argv[2] === 'stock' ? stock : require)('pg');
for (const [method, key] of [
  ['query', 'statements'],
  ['connect', 'logins'],
]) {
  const original = Client.prototype[method];
  Client.prototype[method] = function count(...args) {
    sent[key] += 1;
    return original.apply(this, args);
  };
}

const migrationSource = {
  getMigrations: async () => ['1_things.js', '2_index.js'],
  getMigrationName: name => name,
  getMigration: async name => ({
    up: knex =>
      name.startsWith('1')
        ? knex.schema.createTable('things', table => {
            table.increments('id');
            table.string('name').notNullable();
          })
        : knex.schema.alterTable('things', table => table.index('name')),
    down: async () => {},
  }),
};

let begin = Infinity;
let end = 0;

function createPlugin(pluginId) {
  return api.createBackendPlugin({
    pluginId,
    register(reg) {
      reg.registerInit({
        deps: { database: api.coreServices.database },
        async init({ database }) {
          begin = Math.min(begin, performance.now());
          const knex = await database.getClient();
          await knex.migrate.latest({ migrationSource });
          end = Math.max(end, performance.now());
        },
      });
    },
  });
}

async function main() {
  const backend = createBackend();
  for (let i = 0; i < Number(process.env.BENCH_PLUGINS); i += 1) {
    backend.add(createPlugin(`p${i}`));
  }
  await backend.start();
  // The clock began with the process.
  process.send({ migratedMs: end - begin, sinceStartMs: end, ...sent });
}

void main();
