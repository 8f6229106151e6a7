// The same plugins for every subject, made with the API that the subject brings.

/**
 * Plugins `p0` to `p<count - 1>`, each with an open route and one that wants a user's token.
 */
exports.createPlugins = function createPlugins(api, express, count) {
  const { coreServices, createBackendPlugin } = api;
  return Array.from({ length: count }, (_, i) =>
    createBackendPlugin({
      pluginId: `p${i}`,
      register(reg) {
        reg.registerInit({
          deps: {
            httpAuth: coreServices.httpAuth,
            httpRouter: coreServices.httpRouter,
            logger: coreServices.logger,
          },
          async init({ httpAuth, httpRouter }) {
            const router = express.Router();
            router.get('/open', (_req, res) => {
              res.json({ plugin: i, items: ['a', 'b', 'c'] });
            });
            router.get('/guarded', async (req, res, next) => {
              try {
                const credentials = await httpAuth.credentials(req, { allow: ['user'] });
                res.json({ plugin: i, user: credentials.principal.userEntityRef });
              } catch (error) {
                next(error);
              }
            });
            httpRouter.use(router);
            httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
          },
        });
      },
    }),
  );
};

/** Starts a backend with the plugins and tells the parent process that it is ready. */
exports.startBackend = async function startBackend(backend, plugins) {
  for (const plugin of plugins) {
    backend.add(plugin);
  }
  await backend.start();
  exports.reportReady();
};

/** Tells the parent that this process is ready, and what memory it has needed so far. */
exports.reportReady = function reportReady() {
  process.send({ ready: true, peakKilobytes: process.resourceUsage().maxRSS });
};
