import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { Router } from 'express';
import createPlugin from './plugin';

/** One backend with the plugin in a process of its own: `backend.ts <old|forklifted> --config <file>`. */
async function startOld() {
  const old = createRequire(join(__dirname, '../../../examples/legacy-portal/package.json'));
  const common = old('@backstage/backend-common');
  const { TaskScheduler } = old('@backstage/backend-tasks');
  const logger = common.getRootLogger();
  const config = await common.loadBackendConfig({ argv: process.argv, logger });
  const databaseManager = common.DatabaseManager.fromConfig(config, { logger });
  const router = await createPlugin({
    config,
    database: databaseManager.forPlugin('orders'),
    scheduler: TaskScheduler.fromConfig(config, { databaseManager }).forPlugin('orders'),
    tokenManager: common.ServerTokenManager.fromConfig(config, { logger }),
  });
  const apiRouter = Router().use('/orders', router).use(common.notFoundHandler());
  await common.createServiceBuilder(module).loadConfig(config).addRouter('/api', apiRouter).start();
}

async function startForklifted() {
  const backend = createBackend();
  const plugin = Promise.resolve({ default: createPlugin });
  backend.add(legacyPlugin('orders', plugin, { auth: { allow: ['/'] } }));
  await backend.start();
}

async function main() {
  await (process.argv[2] === 'old' ? startOld() : startForklifted());
  process.send!('ready');
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
