const { createDefaultBadgeFactories, createRouter } = require('@backstage/plugin-badges-backend');

exports.default = env =>
  createRouter({
    config: env.config,
    discovery: env.discovery,
    badgeFactories: createDefaultBadgeFactories(),
    tokenManager: env.tokenManager,
    logger: env.logger,
    identity: env.identity,
  });
exports.allow = ['/entity/:namespace/:kind/:name/badge/:badgeId'];
exports.native = '@backstage/plugin-badges-backend';
exports.requests = ['/entity/default/component/none/badge-specs'];
