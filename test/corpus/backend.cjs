// Plugins in one kind of backend: `node backend.cjs <old|surface|ours|stock|native> <file>... [--config file]`.
const Module = require('node:module');
const { join, parse, resolve } = require('node:path');

const requireOurs = Module.createRequire(join(__dirname, '../../package.json'));
const requireStock = Module.createRequire(join(__dirname, '../interop/package.json'));

const [kind, ...args] = process.argv.slice(2);
const files = args.includes('--config') ? args.slice(0, args.indexOf('--config')) : args;
if (kind === 'surface') {
  replaceOldPackages();
}
const plugins = new Map(
  files.map(file => {
    const plugin = require(resolve(__dirname, file));
    return [plugin.id ?? parse(file).name, plugin];
  }),
);

const start = {
  old: startOld,
  surface: startOld,
  ours: () => startNew(requireOurs('backstage-forklift').createBackend()),
  stock: () => startNew(requireStock('@backstage/backend-defaults').createBackend()),
  native: startNative,
};
start[kind]().catch(error => {
  console.error(error);
  process.exit(1);
});

/** As the index.ts of an old portal: backend-common 0.25.0. */
async function startOld() {
  const common = require('@backstage/backend-common');
  // Gone from the last release of backend-common, there again with ours in its place.
  const { UrlReaders } = common.UrlReaders
    ? common
    : require('@backstage/backend-defaults/urlReader');
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
  const taskScheduler = TaskScheduler.fromConfig(config, { databaseManager });
  const cacheManager = common.CacheManager.fromConfig(config);
  const createEnv = name => ({
    logger: root.child({ type: 'plugin', plugin: name }),
    config,
    discovery,
    tokenManager,
    identity,
    database: databaseManager.forPlugin(name),
    cache: cacheManager.forPlugin(name),
    reader: UrlReaders.default({ logger: root, config }),
    scheduler: taskScheduler.forPlugin(name),
    permissions: ServerPermissionClient.fromConfig(config, { discovery, tokenManager, auth }),
    events,
    eventBroker: new DefaultEventBroker(root, events),
  });
  const service = common.createServiceBuilder(module).loadConfig(config);
  const apiRouter = Router();
  for (const [name, plugin] of plugins) {
    const router = await plugin.default(createEnv(name));
    if (plugin.path === undefined) {
      apiRouter.use(`/${name}`, router);
    } else {
      service.addRouter(plugin.path, router);
    }
  }
  if (apiRouter.stack.length > 0) {
    service.addRouter('/api', apiRouter.use(common.notFoundHandler()));
  }
  await service.start();
}

/** The same plugin files through legacyPlugin. */
async function startNew(backend) {
  const { legacyPlugin } = requireOurs('backstage-forklift/legacy');
  for (const [name, plugin] of plugins) {
    const { path, allow } = plugin;
    backend.add(legacyPlugin(name, Promise.resolve(plugin), { path, auth: { allow } }));
  }
  await backend.start();
}

/** The plugins of the new system that the same packages export. */
async function startNative() {
  const { createBackend } = requireOurs('backstage-forklift');
  const legacy = requireOurs('backstage-forklift/legacy');
  const backend = createBackend();
  // Services that plugins of this age still depend on.
  backend.add(legacy.identityServiceFactory);
  backend.add(legacy.tokenManagerServiceFactory);
  for (const { native, nativeModules } of plugins.values()) {
    const exported = require(native);
    const feature = exported.default?.default ?? exported.default ?? exported;
    backend.add(feature);
    nativeModules?.().forEach(each => backend.add(each));
  }
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
