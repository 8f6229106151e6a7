const { createRouter } = require('@backstage/plugin-adr-backend');

exports.default = env =>
  createRouter({ reader: env.reader, cacheClient: env.cache.getClient(), logger: env.logger });
exports.requests = ['/list', '/list?url=http://stub/a', '/file'];
