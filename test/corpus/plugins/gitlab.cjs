const { createRouter } = require('@immobiliarelabs/backstage-plugin-gitlab-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = stub => ({
  integrations: {
    gitlab: [{ host: new URL(stub).host, apiBaseUrl: `${stub}/api/v4`, baseUrl: stub, token: 't' }],
  },
});
exports.requests = ['/nothing'];
