const { createRouter, extractAirbrakeConfig } = require('@backstage/plugin-airbrake-backend');

exports.default = env =>
  createRouter({ logger: env.logger, airbrakeConfig: extractAirbrakeConfig(env.config) });
exports.config = () => ({ airbrake: { apiKey: 'key' } });
exports.requests = ['/health'];
