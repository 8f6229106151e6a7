const { createBackendModule } = require('@backstage/backend-plugin-api');
const { AuthorizeResult } = require('@backstage/plugin-permission-common');
const { createRouter } = require('@backstage/plugin-permission-backend');
const { policyExtensionPoint } = require('@backstage/plugin-permission-node/alpha');

const policy = { handle: async () => ({ result: AuthorizeResult.ALLOW }) };

exports.default = env =>
  createRouter({
    config: env.config,
    logger: env.logger,
    discovery: env.discovery,
    identity: env.identity,
    policy,
  });
exports.config = () => ({ permission: { enabled: true } });
exports.allow = ['/health'];
exports.native = '@backstage/plugin-permission-backend/alpha';
exports.nativeModules = () => [
  createBackendModule({
    pluginId: 'permission',
    moduleId: 'allow-all',
    register: env =>
      env.registerInit({
        deps: { policies: policyExtensionPoint },
        init: async ({ policies }) => policies.setPolicy(policy),
      }),
  }),
];
exports.requests = [
  '/health',
  {
    path: '/authorize',
    method: 'POST',
    body: {
      items: [
        {
          id: '1',
          permission: { type: 'basic', name: 'todo.read', attributes: { action: 'read' } },
        },
      ],
    },
  },
];
