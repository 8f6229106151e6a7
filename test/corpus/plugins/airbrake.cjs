const { createRouter, extractAirbrakeConfig } = require('@backstage/plugin-airbrake-backend');

exports.default = env =>
  createRouter({ logger: env.logger, airbrakeConfig: extractAirbrakeConfig(env.config) });
exports.config = () => ({ airbrake: { apiKey: 'key' } });
exports.allow = ['/health'];
exports.native = '@backstage/plugin-airbrake-backend';
// To api.airbrake.io.
exports.leadsOut = true;
exports.requests = ['/health'];
