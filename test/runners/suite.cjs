// One small suite that runs the same under every test runner. The folder and the database that it opens
// must be gone when the runner has ended; their names go to the file that FORKLIFT_SUITE_RECORD names.
const assert = require('node:assert/strict');
const { appendFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

// This folder is a package of its own: ours is required from the root, through its public exports.
const requireOurs = createRequire(join(__dirname, '../../package.json'));
const { coreServices, createBackendPlugin } = requireOurs('backstage-forklift');
const testing = requireOurs('backstage-forklift/testing');

const record = line => appendFileSync(process.env.FORKLIFT_SUITE_RECORD, `${line}\n`);

/** @param runner - `describe`, `it` and an assertion of the runner's own that a mock was called once */
module.exports = function suite({ describe, it, assertCalledOnce }) {
  describe('testing kit', () => {
    const directory = testing.createMockDirectory({ content: { 'greeting.txt': 'hello' } });
    const databases = testing.TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

    it('serves a plugin with mocked services', async () => {
      const urlReader = testing.mockServices.urlReader.mock({
        readUrl: async () => ({ buffer: async () => Buffer.from('mocked') }),
      });
      const plugin = createBackendPlugin({
        pluginId: 'greeter',
        register(reg) {
          reg.registerInit({
            deps: { http: coreServices.httpRouter, reader: coreServices.urlReader },
            async init({ http, reader }) {
              http.use(async (_req, res) => {
                const { buffer } = await reader.readUrl('https://example.com');
                res.json({ text: String(await buffer()) });
              });
            },
          });
        },
      });
      const { server } = await testing.startTestBackend({ features: [plugin, urlReader.factory] });
      const response = await fetch(`http://localhost:${server.port()}/api/greeter`);
      assert.equal((await response.json()).text, 'mocked');
      assertCalledOnce(urlReader.readUrl);
    });

    it('has files and databases that go when the tests are done', async () => {
      assert.deepEqual(directory.content(), { 'greeting.txt': 'hello' });
      record(`directory ${directory.path}`);
      for (const [id] of databases.eachSupportedId()) {
        const knex = await databases.init(id);
        await knex.schema.createTable('greetings', table => table.string('text'));
        await knex('greetings').insert({ text: 'hello' });
        assert.equal((await knex('greetings').first()).text, 'hello');
        if (id !== 'SQLITE_3') {
          record(`database ${(await knex.raw('select current_database() as name')).rows[0].name}`);
        }
      }
    });
  });
};
