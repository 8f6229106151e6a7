const { createRouter } = require('@secustor/backstage-plugin-renovate-backend');

// The package keeps its runner and its tables to itself, so a portal brings its own.
const databaseHandler = { getReports: async () => [{ repository: 'acme/portal' }] };

exports.default = ({ logger, config, discovery, scheduler }) =>
  createRouter({}, { rootConfig: config, logger, discovery, scheduler, databaseHandler });
exports.config = () => ({ renovate: { runtime: { type: 'direct' }, queue: { type: 'local' } } });
exports.requests = ['/health', '/reports'];
