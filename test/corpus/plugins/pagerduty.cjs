const { createLegacyAuthAdapters } = require('@backstage/backend-common');
const { CatalogClient } = require('@backstage/catalog-client');
const { createRouter } = require('@pagerduty/backstage-plugin-backend');

exports.default = env =>
  createRouter({
    ...createLegacyAuthAdapters({ auth: undefined, httpAuth: undefined, ...env }),
    logger: env.logger,
    config: env.config,
    discovery: env.discovery,
    cache: env.cache.getClient(),
    catalogApi: new CatalogClient({ discoveryApi: env.discovery }),
    store: {},
  });
exports.config = stub => ({ pagerDuty: { apiBaseUrl: stub, apiToken: 't' } });
exports.native = '@pagerduty/backstage-plugin-backend';
exports.requests = ['/health'];
