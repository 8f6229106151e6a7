const { createRouter } = require('@backstage/plugin-code-coverage-backend');

exports.default = env =>
  createRouter({
    config: env.config,
    discovery: env.discovery,
    database: env.database,
    urlReader: env.reader,
    logger: env.logger,
  });
exports.requests = ['/health', '/report?entity=component:default/none'];
