const { createRouter } = require('@roadiehq/backstage-plugin-argo-cd-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = stub => ({
  argocd: {
    username: 'me',
    password: 'secret',
    appLocatorMethods: [{ type: 'config', instances: [{ name: 'main', url: stub, token: 't' }] }],
  },
});
exports.requests = ['/find/name/app', '/allArgoApps/main'];
