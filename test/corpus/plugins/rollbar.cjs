const { createRouter } = require('@backstage/plugin-rollbar-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = () => ({ rollbar: { accountToken: 'token' } });
exports.requests = ['/nothing'];
