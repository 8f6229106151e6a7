import { coreServices, createBackend, createBackendPlugin } from 'backstage-forklift';
import { bearerToken, legacyPlugin, type PluginEnvironment } from 'backstage-forklift/legacy';
import Router from 'express-promise-router';

/** One backend with plugins: `backend.ts <plugin>... --config <file>`. */
async function main() {
  const backend = createBackend();
  for (const id of process.argv.slice(2, process.argv.indexOf('--config'))) {
    backend.add(id.startsWith('old-') ? oldPlugin(id) : newPlugin(id));
  }
  await backend.start();
  process.send!('ready');
}

/** Hands out tokens, calls what it is told with one of its own, and checks those of its callers. */
function oldPlugin(id: string) {
  const module = Promise.resolve({
    async default({ tokenManager }: PluginEnvironment) {
      const router = Router();
      router.get('/token', async (_req, res) => void res.json(await tokenManager.getToken()));
      router.get('/call', async (req, res) => {
        const { token } = await tokenManager.getToken();
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(String(req.query.url), { headers });
        res.json({ status: answer.status, body: await answer.json() });
      });
      router.get('/checked', async (req, res) => {
        await tokenManager.authenticate(bearerToken(req) ?? '');
        res.json('a plugin');
      });
      return router;
    },
  });
  return legacyPlugin(id, module, { auth: { allow: ['/token', '/call', '/checked'] } });
}

/** Says who calls. */
function newPlugin(pluginId: string) {
  const { httpAuth, httpRouter } = coreServices;
  return createBackendPlugin({
    pluginId,
    register(reg) {
      reg.registerInit({
        deps: { httpAuth, httpRouter },
        async init(services) {
          const router = Router();
          router.get('/caller', async (req, res) => {
            const { principal } = await services.httpAuth.credentials(req, { allow: ['service'] });
            res.json(principal.subject);
          });
          services.httpRouter.use(router);
        },
      });
    },
  });
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
