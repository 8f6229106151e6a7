// One plugin in one kind of backend: `node backend.cjs <old|surface|ours|stock> <plugin> [--config file]`.
const Module = require('node:module');
const { join } = require('node:path');

const requireOurs = Module.createRequire(join(__dirname, '../../package.json'));
const requireStock = Module.createRequire(join(__dirname, '../interop/package.json'));

const [kind, name] = process.argv.slice(2);
if (kind === 'surface') {
  replaceOldPackages();
}
const plugin = require(`./plugins/${name}.cjs`);

const start = {
  old: startOld,
  surface: startOld,
  ours: () => startNew(requireOurs('backstage-forklift').createBackend()),
  stock: () => startNew(requireStock('@backstage/backend-defaults').createBackend()),
};
start[kind]().catch(error => {
  console.error(error);
  process.exit(1);
});

/** As the index.ts of an old portal: backend-common 0.25.0. */
async function startOld() {
  const common = require('@backstage/backend-common');
  const { UrlReaders } = require('@backstage/backend-defaults/urlReader');
  const { TaskScheduler } = require('@backstage/backend-tasks');
  const { DefaultIdentityClient } = require('@backstage/plugin-auth-node');
  const { DefaultEventBroker } = require('@backstage/plugin-events-backend');
  const { DefaultEventsService } = require('@backstage/plugin-events-node');
  const { ServerPermissionClient } = require('@backstage/plugin-permission-node');
  const { Router } = require('express');

  const root = common.getRootLogger();
  const config = await common.loadBackendConfig({ argv: process.argv, logger: root });
  const discovery = common.HostDiscovery.fromConfig(config);
  const tokenManager = common.ServerTokenManager.fromConfig(config, { logger: root });
  const databaseManager = common.DatabaseManager.fromConfig(config, { logger: root });
  const identity = DefaultIdentityClient.create({ discovery });
  const { auth } = common.createLegacyAuthAdapters({
    auth: undefined,
    identity,
    tokenManager,
    discovery,
  });
  const events = DefaultEventsService.create({ logger: root });
  const env = {
    logger: root.child({ type: 'plugin', plugin: name }),
    config,
    discovery,
    tokenManager,
    identity,
    database: databaseManager.forPlugin(name),
    cache: common.CacheManager.fromConfig(config).forPlugin(name),
    reader: UrlReaders.default({ logger: root, config }),
    scheduler: TaskScheduler.fromConfig(config, { databaseManager }).forPlugin(name),
    permissions: ServerPermissionClient.fromConfig(config, { discovery, tokenManager, auth }),
    events,
    eventBroker: new DefaultEventBroker(root, events),
  };
  const router = await plugin.default(env);
  const service = common.createServiceBuilder(module).loadConfig(config);
  if (plugin.path === undefined) {
    const apiRouter = Router();
    apiRouter.use(`/${name}`, router);
    apiRouter.use(common.notFoundHandler());
    service.addRouter('/api', apiRouter);
  } else {
    service.addRouter(plugin.path, router);
  }
  await service.start();
}

/** The same plugin file through legacyPlugin. */
async function startNew(backend) {
  const { legacyPlugin } = requireOurs('backstage-forklift/legacy');
  const { path, allow } = plugin;
  backend.add(legacyPlugin(name, Promise.resolve(plugin), { path, auth: { allow } }));
  await backend.start();
}

/** As an alias in package.json does: all that is asked of the old packages comes from ours. */
function replaceOldPackages() {
  const surface = requireOurs.resolve('backstage-forklift/legacy');
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) =>
    /^@backstage\/backend-(common|tasks)$/.test(request)
      ? surface
      : resolveFilename(request, ...rest);
}
