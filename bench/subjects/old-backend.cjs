// The router in an old backend: backend-common as installed for the example.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { createGreetingRouter } = require('./greeting.cjs');
const { reportReady } = require('./plugins.cjs');

const old = createRequire(join(__dirname, '..', '..', 'examples', 'legacy-portal', 'package.json'));
const express = old('express');
const { createServiceBuilder, getRootLogger, loadBackendConfig, notFoundHandler } = old(
  '@backstage/backend-common',
);

async function main() {
  const config = await loadBackendConfig({ argv: process.argv, logger: getRootLogger() });
  const apiRouter = express.Router();
  apiRouter.use('/greeting', createGreetingRouter(express));
  apiRouter.use(notFoundHandler());
  await createServiceBuilder(module).loadConfig(config).addRouter('/api', apiRouter).start();
  reportReady();
}

void main();
