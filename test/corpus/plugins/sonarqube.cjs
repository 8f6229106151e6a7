const {
  createRouter,
  DefaultSonarqubeInfoProvider,
} = require('@backstage/plugin-sonarqube-backend');

exports.default = env =>
  createRouter({
    logger: env.logger,
    sonarqubeInfoProvider: DefaultSonarqubeInfoProvider.fromConfig(env.config),
  });
exports.config = stub => ({ sonarqube: { baseUrl: stub, apiKey: 'key' } });
exports.native = '@backstage/plugin-sonarqube-backend';
exports.requests = ['/instanceUrl', '/findings?componentKey=a', '/findings'];
