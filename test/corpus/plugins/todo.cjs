const { CatalogClient } = require('@backstage/catalog-client');
const {
  createRouter,
  TodoReaderService,
  TodoScmReader,
} = require('@backstage/plugin-todo-backend');

exports.default = async env =>
  createRouter({
    todoService: new TodoReaderService({
      todoReader: TodoScmReader.fromConfig(env.config, { logger: env.logger, reader: env.reader }),
      catalogClient: new CatalogClient({ discoveryApi: env.discovery }),
    }),
  });
exports.native = '@backstage/plugin-todo-backend';
exports.requests = [
  '/v1/todos',
  '/v1/todos?entity=component:default/none',
  '/v1/todos?entity=component:default/none&limit=x',
];
