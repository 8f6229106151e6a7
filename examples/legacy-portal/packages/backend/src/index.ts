import Router from 'express-promise-router';
import {
  CacheManager,
  createServiceBuilder,
  DatabaseManager,
  getRootLogger,
  HostDiscovery,
  loadBackendConfig,
  notFoundHandler,
  ServerTokenManager,
  useHotMemoize,
} from '@backstage/backend-common';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { TaskScheduler } from '@backstage/backend-tasks';
import { Config } from '@backstage/config';
import { DefaultIdentityClient } from '@backstage/plugin-auth-node';
import { ServerPermissionClient } from '@backstage/plugin-permission-node';
import badges from './plugins/badges';
import catalog from './plugins/catalog';
import featureRequests from './plugins/featureRequests';
import proxy from './plugins/proxy';
import todo from './plugins/todo';
import { PluginEnvironment } from './types';

function makeCreateEnv(config: Config) {
  const root = getRootLogger();
  const reader = UrlReaders.default({ logger: root, config });
  const discovery = HostDiscovery.fromConfig(config);
  const cacheManager = CacheManager.fromConfig(config);
  const databaseManager = DatabaseManager.fromConfig(config, { logger: root });
  const tokenManager = ServerTokenManager.fromConfig(config, { logger: root });
  const taskScheduler = TaskScheduler.fromConfig(config, { databaseManager });
  const identity = DefaultIdentityClient.create({ discovery });
  const permissions = ServerPermissionClient.fromConfig(config, { discovery, tokenManager });

  root.info(`Created UrlReader ${reader}`);

  return (plugin: string): PluginEnvironment => {
    const logger = root.child({ type: 'plugin', plugin });
    const database = databaseManager.forPlugin(plugin);
    const cache = cacheManager.forPlugin(plugin);
    const scheduler = taskScheduler.forPlugin(plugin);
    return {
      logger,
      database,
      cache,
      config,
      reader,
      discovery,
      tokenManager,
      permissions,
      scheduler,
      identity,
    };
  };
}

async function main() {
  const config = await loadBackendConfig({ argv: process.argv, logger: getRootLogger() });
  const createEnv = makeCreateEnv(config);

  const catalogEnv = useHotMemoize(module, () => createEnv('catalog'));
  const proxyEnv = useHotMemoize(module, () => createEnv('proxy'));
  const todoEnv = useHotMemoize(module, () => createEnv('todo'));
  const badgesEnv = useHotMemoize(module, () => createEnv('badges'));
  const featureRequestsEnv = useHotMemoize(module, () => createEnv('feature_requests'));

  const apiRouter = Router();
  apiRouter.use('/catalog', await catalog(catalogEnv));
  apiRouter.use('/proxy', await proxy(proxyEnv));
  apiRouter.use('/todo', await todo(todoEnv));
  apiRouter.use('/badges', await badges(badgesEnv));
  // The tables are called feature_requests since the portal's first day; the address came later.
  apiRouter.use('/feature-requests', await featureRequests(featureRequestsEnv));

  // Add the plugins above this line: what comes after it is never reached.
  apiRouter.use(notFoundHandler());

  const service = createServiceBuilder(module).loadConfig(config).addRouter('/api', apiRouter);

  await service.start().catch(err => {
    console.error(err);
    process.exit(1);
  });
}

module.hot?.accept();
main().catch(error => {
  console.error('The portal backend failed to start:', error);
  process.exit(1);
});
