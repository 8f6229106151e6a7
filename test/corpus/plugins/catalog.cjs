const { CatalogBuilder } = require('@backstage/plugin-catalog-backend');

exports.default = async env => {
  const builder = await CatalogBuilder.create(env);
  const { processingEngine, router } = await builder.build();
  await processingEngine.start();
  return router;
};
exports.native = '@backstage/plugin-catalog-backend/alpha';
exports.requests = [
  '/entities?filter=kind=component',
  '/entities/by-name/component/default/none',
  '/entity-facets',
  { path: '/refresh', method: 'POST', body: {} },
];
