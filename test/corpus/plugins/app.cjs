const { createRouter } = require('@backstage/plugin-app-backend');

exports.default = env =>
  createRouter({ ...env, appPackageName: 'corpus-app', disableConfigInjection: true });
exports.config = () => ({
  app: {
    baseUrl: 'http://localhost:3000',
    packageName: 'corpus-app',
    disableConfigInjection: true,
  },
});
exports.path = '';
exports.native = '@backstage/plugin-app-backend/alpha';
exports.requests = [
  { path: '/', as: 'none' },
  { path: '/static/app.js', as: 'none' },
];
