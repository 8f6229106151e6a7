import { createRequire } from 'node:module';
import { join } from 'node:path';
import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { toLegacyRouter } from 'backstage-forklift/legacy';
import { Router } from 'express';
import { dependencies } from '../../interop/package.json';

/** Published plugins of the new system in an old backend: `old-backend.ts <plugin id>... --config <file>`. */
const ids = process.argv.slice(2, process.argv.indexOf('--config'));
const old = createRequire(join(__dirname, '../../../examples/legacy-portal/package.json'));
const published = createRequire(join(__dirname, '../../interop/package.json'));

/** Says when it is told that the backend stops. */
const farewell = createBackendPlugin({
  pluginId: 'farewell',
  register(reg) {
    reg.registerInit({
      deps: { lifecycle: coreServices.lifecycle, rootLifecycle: coreServices.rootLifecycle },
      async init({ lifecycle, rootLifecycle }) {
        lifecycle.addShutdownHook(async () => {
          await new Promise(setImmediate);
          console.log('farewell of the plugin');
        });
        rootLifecycle.addShutdownHook(() => console.log('farewell of the root'));
      },
    });
  },
});

/** The plugins and modules that belong to an id. */
function featuresOf(id: string) {
  const packages = Object.keys(dependencies).filter(name => /\/plugin-/.test(name));
  const features = packages.map(
    name => published(name).default?.default ?? published(name).default,
  );
  return features.filter(feature =>
    feature.getRegistrations().some(({ pluginId }: { pluginId: string }) => pluginId === id),
  );
}

/** As the index.ts of an old portal. */
async function main() {
  const common = old('@backstage/backend-common');
  const { UrlReaders } = old('@backstage/backend-defaults/urlReader');
  const { TaskScheduler } = old('@backstage/backend-tasks');
  const { DefaultIdentityClient } = old('@backstage/plugin-auth-node');
  const { ServerPermissionClient } = old('@backstage/plugin-permission-node');

  const root = common.getRootLogger();
  const config = await common.loadBackendConfig({ argv: process.argv, logger: root });
  const discovery = common.HostDiscovery.fromConfig(config);
  const tokenManager = common.ServerTokenManager.fromConfig(config, { logger: root });
  const databaseManager = common.DatabaseManager.fromConfig(config, { logger: root });
  const cacheManager = common.CacheManager.fromConfig(config);
  const taskScheduler = TaskScheduler.fromConfig(config, { databaseManager, logger: root });
  const identity = DefaultIdentityClient.create({ discovery });
  const { auth } = common.createLegacyAuthAdapters({
    auth: undefined,
    identity,
    tokenManager,
    discovery,
  });
  const createEnv = (plugin: string) => ({
    logger: root.child({ type: 'plugin', plugin }),
    config,
    discovery,
    tokenManager,
    identity,
    database: databaseManager.forPlugin(plugin),
    cache: cacheManager.forPlugin(plugin),
    reader: UrlReaders.default({ logger: root, config }),
    scheduler: taskScheduler.forPlugin(plugin),
    permissions: ServerPermissionClient.fromConfig(config, { discovery, tokenManager, auth }),
  });

  const apiRouter = Router();
  for (const id of ids) {
    apiRouter.use(`/${id}`, await toLegacyRouter(featuresOf(id), createEnv(id)));
  }
  apiRouter.use('/farewell', await toLegacyRouter(farewell, createEnv('farewell')));
  apiRouter.use(common.notFoundHandler());
  await common.createServiceBuilder(module).loadConfig(config).addRouter('/api', apiRouter).start();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
