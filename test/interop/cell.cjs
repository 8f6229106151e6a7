// One cell of the interop table: `node cell.cjs <backend> <feature>`.
const { createRequire } = require('node:module');
const { join } = require('node:path');

// This folder is a package of its own: ours is required from the root, through its public exports.
const requireOurs = createRequire(join(__dirname, '../../package.json'));
const express = requireOurs('express');
const forklift = requireOurs('backstage-forklift');
const { legacyPlugin } = requireOurs('backstage-forklift/legacy');

const requireStock = createRequire(join(__dirname, 'package.json'));

const backends = {
  ours: () => forklift.createBackend(),
  stock: () => requireStock('@backstage/backend-defaults').createBackend(),
};

const features = {
  'our API': () => createFeatures(forklift),
  'stock API': () => createFeatures(requireStock('@backstage/backend-plugin-api')),
  legacyPlugin: () => [legacyPlugin('hello', Promise.resolve({ default: createLegacyRouter }))],
};

/** A plugin with an extension point, a module that uses it, and a service of its own. */
function createFeatures(api) {
  const greetingsExtensionPoint = api.createExtensionPoint({ id: 'hello.greetings' });
  const punctuationServiceRef = api.createServiceRef({
    id: 'hello.punctuation',
    defaultFactory: async service =>
      api.createServiceFactory({ service, deps: {}, factory: () => '.' }),
  });
  const { auth, database, httpAuth, httpRouter, logger, pluginMetadata, rootConfig } =
    api.coreServices;
  return [
    api.createBackendPlugin({
      pluginId: 'hello',
      register(reg) {
        const words = [];
        reg.registerExtensionPoint(greetingsExtensionPoint, { add: word => words.push(word) });
        reg.registerInit({
          deps: {
            auth,
            config: rootConfig,
            database,
            httpAuth,
            httpRouter,
            logger,
            metadata: pluginMetadata,
            punctuation: punctuationServiceRef,
          },
          async init({ auth: tokens, config, database: db, metadata, punctuation, ...deps }) {
            const knex = await db.getClient();
            await knex.schema.createTable('words', table => table.string('word'));
            await knex('words').insert(words.map(word => ({ word: word + punctuation })));
            const router = express.Router();
            router.get('/open', async (_req, res) => {
              res.json({
                plugin: metadata.getId(),
                title: config.getString('app.title'),
                words: await knex('words').pluck('word'),
              });
            });
            router.get('/whoami', async (req, res, next) => {
              deps.httpAuth
                .credentials(req, { allow: ['user'] })
                .then(({ principal }) => res.json({ user: principal.userEntityRef }), next);
            });
            router.get('/own-token', async (_req, res) => {
              const { token } = await tokens.getPluginRequestToken({
                onBehalfOf: await tokens.getOwnServiceCredentials(),
                targetPluginId: 'hello',
              });
              const { principal } = await tokens.authenticate(token);
              res.json({ subject: principal.subject });
            });
            deps.httpRouter.use(router);
            deps.httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
            deps.logger.info('hello is ready');
          },
        });
      },
    }),
    api.createBackendModule({
      pluginId: 'hello',
      moduleId: 'french',
      register(reg) {
        reg.registerInit({
          deps: { greetings: greetingsExtensionPoint },
          async init({ greetings }) {
            greetings.add('bonjour');
          },
        });
      },
    }),
    // An override: the explicit factory wins over the default one.
    api.createServiceFactory({ service: punctuationServiceRef, deps: {}, factory: () => '!' }),
  ];
}

/** The same answers from an old plugin file. */
async function createLegacyRouter(env) {
  const knex = await env.database.getClient();
  await knex.schema.createTable('words', table => table.string('word'));
  await knex('words').insert([{ word: 'bonjour!' }]);
  const router = express.Router();
  router.get('/open', async (_req, res) => {
    res.json({
      plugin: 'hello',
      title: env.config.getString('app.title'),
      words: await knex('words').pluck('word'),
    });
  });
  router.get('/whoami', async (req, res, next) => {
    env.identity
      .getIdentity({ request: req })
      .then(identity => res.json({ user: identity?.identity.userEntityRef }), next);
  });
  env.logger.child({ part: 'router' }).info('hello is ready');
  return router;
}

const [backendName, featureName] = process.argv.slice(2);
const backend = backends[backendName]();
for (const feature of features[featureName]()) {
  backend.add(feature);
}
backend.start().catch(error => {
  console.error(error);
  process.exit(1);
});
