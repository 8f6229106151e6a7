const { createRouter } = require('@backstage/plugin-auth-backend');

exports.default = env => createRouter({ ...env, disableDefaultProviderFactories: true });
exports.allow = ['/'];
exports.native = '@backstage/plugin-auth-backend';
exports.requests = ['/.well-known/openid-configuration', '/github/start?env=development'].map(
  path => ({
    path,
    as: 'none',
  }),
);
exports.config = () => ({ auth: { environment: 'development', providers: {} } });
