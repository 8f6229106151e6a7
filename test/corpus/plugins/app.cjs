const { createRouter } = require('@backstage/plugin-app-backend');

exports.default = env =>
  createRouter({ ...env, appPackageName: 'corpus-app', disableConfigInjection: true });
exports.path = '';
exports.requests = [
  { path: '/', as: 'none' },
  { path: '/static/app.js', as: 'none' },
];
