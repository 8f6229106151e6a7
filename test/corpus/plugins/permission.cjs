const { AuthorizeResult } = require('@backstage/plugin-permission-common');
const { createRouter } = require('@backstage/plugin-permission-backend');

exports.default = env =>
  createRouter({
    config: env.config,
    logger: env.logger,
    discovery: env.discovery,
    identity: env.identity,
    policy: { handle: async () => ({ result: AuthorizeResult.ALLOW }) },
  });
exports.config = () => ({ permission: { enabled: true } });
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
