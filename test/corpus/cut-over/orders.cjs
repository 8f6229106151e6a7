const Router = require('express-promise-router').default;

/** A plugin that asks who calls it. */
exports.default = async env => {
  const router = Router();
  router.get('/health', (_req, res) => void res.json({ status: 'ok' }));
  router.get('/who', async (req, res) => {
    const { identity } = await env.identity.getIdentity({ request: req });
    res.json({ user: identity.userEntityRef });
  });
  return router;
};
exports.allow = ['/health'];
