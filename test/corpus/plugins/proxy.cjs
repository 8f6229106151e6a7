const { createRouter } = require('@backstage/plugin-proxy-backend');

exports.default = env =>
  createRouter({ logger: env.logger, config: env.config, discovery: env.discovery });
exports.config = stub => ({ proxy: { endpoints: { '/stub': { target: stub } } } });
exports.allow = ['/'];
exports.native = '@backstage/plugin-proxy-backend/alpha';
exports.requests = ['/stub/some/path?a=1', '/other'];
