const { createRouter } = require('@backstage/plugin-adr-backend');

exports.default = env =>
  createRouter({ reader: env.reader, cacheClient: env.cache.getClient(), logger: env.logger });
exports.native = '@backstage/plugin-adr-backend';
exports.requests = ['/list', '/list?url=http://stub/a', '/file'];
