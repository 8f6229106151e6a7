const { createRouter } = require('@immobiliarelabs/backstage-plugin-gitlab-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = stub => ({
  integrations: {
    gitlab: [
      { host: 'gitlab.example', apiBaseUrl: `${stub}/api/v4`, baseUrl: stub, token: 'token' },
    ],
  },
});
exports.requests = [
  '/gitlab.example/projects/1?statistics=true',
  { path: '/gitlab.example/projects', method: 'POST', body: {} },
];
