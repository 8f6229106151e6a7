const { createRouter } = require('@dweber019/backstage-plugin-endoflife-backend');

exports.default = env =>
  createRouter({ reader: env.reader, cacheClient: env.cache.getClient(), logger: env.logger });
exports.requests = ['/health', '/file'];
