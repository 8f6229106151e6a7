const { DockerContainerRunner } = require('@backstage/backend-common');
const {
  createRouter,
  Generators,
  Preparers,
  Publisher,
} = require('@backstage/plugin-techdocs-backend');

exports.default = async env => {
  const { logger, config, discovery, reader, cache } = env;
  return createRouter({
    preparers: await Preparers.fromConfig(config, { logger, reader }),
    generators: await Generators.fromConfig(config, {
      logger,
      containerRunner: new DockerContainerRunner({ dockerClient: {} }),
    }),
    publisher: await Publisher.fromConfig(config, { logger, discovery }),
    logger,
    config,
    discovery,
    cache,
  });
};
exports.config = () => ({
  techdocs: { builder: 'local', generator: { runIn: 'local' }, publisher: { type: 'local' } },
});
exports.native = '@backstage/plugin-techdocs-backend/alpha';
exports.requests = [
  '/static/docs/default/component/none/index.html',
  '/metadata/techdocs/default/component/none',
];
