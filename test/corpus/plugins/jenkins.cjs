const { CatalogClient } = require('@backstage/catalog-client');
const { createRouter, DefaultJenkinsInfoProvider } = require('@backstage/plugin-jenkins-backend');

exports.default = env =>
  createRouter({
    logger: env.logger,
    discovery: env.discovery,
    permissions: env.permissions,
    jenkinsInfoProvider: DefaultJenkinsInfoProvider.fromConfig({
      config: env.config,
      catalog: new CatalogClient({ discoveryApi: env.discovery }),
      discovery: env.discovery,
    }),
  });
exports.config = stub => ({ jenkins: { baseUrl: stub, username: 'me', apiKey: 'key' } });
exports.native = '@backstage/plugin-jenkins-backend';
const entity = '/v1/entity/default/component/none';
exports.requests = [
  `${entity}/projects`,
  `${entity}/job/acme%2Fportal`,
  `${entity}/job/acme%2Fportal/1`,
  { path: `${entity}/job/acme%2Fportal/1`, method: 'POST' },
];
