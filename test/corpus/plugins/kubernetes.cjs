const { CatalogClient } = require('@backstage/catalog-client');
const { KubernetesBuilder } = require('@backstage/plugin-kubernetes-backend');

exports.default = async env => {
  const { router } = await KubernetesBuilder.createBuilder({
    logger: env.logger,
    config: env.config,
    catalogApi: new CatalogClient({ discoveryApi: env.discovery }),
    discovery: env.discovery,
    permissions: env.permissions,
  }).build();
  return router;
};
exports.config = stub => ({
  kubernetes: {
    serviceLocatorMethod: { type: 'multiTenant' },
    clusterLocatorMethods: [
      {
        type: 'config',
        clusters: [
          {
            name: 'main',
            url: stub,
            authProvider: 'serviceAccount',
            serviceAccountToken: 't',
            skipTLSVerify: true,
          },
        ],
      },
    ],
  },
});
exports.native = '@backstage/plugin-kubernetes-backend/alpha';
exports.requests = ['/clusters'];
