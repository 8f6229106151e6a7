const { createRouter } = require('@backstage/plugin-code-coverage-backend');

exports.id = 'codeCoverage';
exports.default = env =>
  createRouter({
    config: env.config,
    discovery: env.discovery,
    database: env.database,
    urlReader: env.reader,
    logger: env.logger,
  });
exports.allow = ['/health'];
exports.native = '@backstage/plugin-code-coverage-backend';
exports.requests = ['/health', '/report?entity=component:default/none'];
