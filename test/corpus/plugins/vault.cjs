const { VaultBuilder } = require('@backstage-community/plugin-vault-backend');

exports.default = async env => {
  const { router } = VaultBuilder.createBuilder({
    logger: env.logger,
    config: env.config,
    scheduler: env.scheduler,
  }).build();
  return router;
};
exports.config = stub => ({
  vault: {
    baseUrl: stub,
    secretEngine: 'kv',
    auth: { type: 'static', secret: 't' },
    token: 't',
    kvVersion: 2,
  },
});
exports.allow = ['/health'];
exports.native = '@backstage-community/plugin-vault-backend';
exports.requests = ['/health', '/v1/secrets/some%2Fpath'];
