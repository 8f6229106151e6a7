const { createRouter } = require('@backstage/plugin-search-backend');
const { IndexBuilder, LunrSearchEngine } = require('@backstage/plugin-search-backend-node');

exports.default = async env => {
  const searchEngine = new LunrSearchEngine({ logger: env.logger });
  const indexBuilder = new IndexBuilder({ logger: env.logger, searchEngine });
  const { scheduler } = await indexBuilder.build();
  scheduler.start();
  return createRouter({
    engine: indexBuilder.getSearchEngine(),
    types: indexBuilder.getDocumentTypes(),
    permissions: env.permissions,
    discovery: env.discovery,
    config: env.config,
    logger: env.logger,
  });
};
exports.native = '@backstage/plugin-search-backend/alpha';
exports.requests = ['/query?term=a', '/query?pageLimit=many'];
