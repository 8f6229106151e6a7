const { createRouter } = require('@dweber019/backstage-plugin-endoflife-backend');

exports.default = env =>
  createRouter({ reader: env.reader, cacheClient: env.cache.getClient(), logger: env.logger });
exports.allow = ['/health'];
exports.native = '@dweber019/backstage-plugin-endoflife-backend';
exports.requests = ['/health', '/file'];
