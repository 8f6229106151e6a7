const { CatalogClient } = require('@backstage/catalog-client');
const { createRouter } = require('@backstage/plugin-scaffolder-backend');

exports.default = env =>
  createRouter({
    logger: env.logger,
    config: env.config,
    database: env.database,
    reader: env.reader,
    catalogClient: new CatalogClient({ discoveryApi: env.discovery }),
    identity: env.identity,
    permissions: env.permissions,
    discovery: env.discovery,
  });
exports.native = '@backstage/plugin-scaffolder-backend/alpha';
exports.requests = ['/v2/actions', '/v2/tasks', '/v2/tasks/none'];
