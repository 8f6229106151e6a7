// A backend whose plugins show what its auth services make of a request:
//   cell.ts stock|ours|ours-in-stock <plugin ids, separated by commas> --config <file>
// The plugin `auth` is the published one, at which guests sign in.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as PluginApi from '@backstage/backend-plugin-api';
import express from 'express';
import * as forklift from 'backstage-forklift';
import {
  authServiceFactory,
  httpAuthServiceFactory,
  permissionsRegistryServiceFactory,
  permissionsServiceFactory,
  userInfoServiceFactory,
} from 'backstage-forklift/services';

const requireStock = createRequire(join(__dirname, '..', 'package.json'));

const stockApi: typeof PluginApi = requireStock('@backstage/backend-plugin-api');
const createStockBackend: typeof forklift.createBackend = requireStock(
  '@backstage/backend-defaults',
).createBackend;

const backends = {
  stock: { api: stockApi, createBackend: createStockBackend },
  ours: {
    api: forklift as unknown as typeof PluginApi,
    createBackend: forklift.createBackend,
  },
  'ours-in-stock': {
    api: stockApi,
    createBackend() {
      const backend = createStockBackend();
      backend.add(authServiceFactory);
      backend.add(httpAuthServiceFactory);
      backend.add(permissionsRegistryServiceFactory);
      backend.add(permissionsServiceFactory);
      backend.add(userInfoServiceFactory);
      return backend;
    },
  },
};

const permission = {
  type: 'basic' as const,
  name: 'wire.read',
  attributes: { action: 'read' as const },
};

function createWirePlugin(api: typeof PluginApi, pluginId: string) {
  const { auth, discovery, httpAuth, httpRouter, permissions, permissionsRegistry, userInfo } =
    api.coreServices;
  return api.createBackendPlugin({
    pluginId,
    register(reg) {
      reg.registerInit({
        deps: { auth, discovery, httpAuth, httpRouter, permissions, permissionsRegistry, userInfo },
        async init(services) {
          const { httpAuth: http } = services;
          const router = express.Router();
          const answer = (path: string, create: (req: express.Request) => Promise<unknown>) =>
            router.get(path, (req, res, next) => {
              create(req).then(body => res.json(body), next);
            });

          const principalOf = async (...args: Parameters<typeof http.credentials>) => {
            const credentials = await http.credentials(...args);
            return { principal: credentials.principal, text: String(credentials) };
          };
          answer('/whoami', req => principalOf(req));
          answer('/open', req => principalOf(req));
          answer('/cookie', req => principalOf(req, { allowLimitedAccess: true }));
          answer('/user-only', req => principalOf(req, { allow: ['user'] }));
          answer('/service-only', req => principalOf(req, { allow: ['service'] }));
          answer('/none-only', req => principalOf(req, { allow: ['none'] }));
          answer('/user-info', async req =>
            services.userInfo.getUserInfo(await http.credentials(req)),
          );
          answer('/allowed', async req =>
            services.permissions.authorize([{ permission }], {
              credentials: await http.credentials(req),
            }),
          );
          answer('/token', async req => {
            const onBehalfOf =
              req.query.as === 'caller'
                ? await http.credentials(req)
                : await services.auth.getOwnServiceCredentials();
            const targetPluginId = String(req.query.target);
            return services.auth.getPluginRequestToken({ onBehalfOf, targetPluginId });
          });
          answer('/call', async req => {
            const targetPluginId = String(req.query.target);
            const { token } = await services.auth.getPluginRequestToken({
              onBehalfOf: await http.credentials(req),
              targetPluginId,
            });
            const baseUrl = await services.discovery.getBaseUrl(targetPluginId);
            const response = await fetch(`${baseUrl}/whoami`, {
              headers: { authorization: `Bearer ${token}` },
            });
            return { status: response.status, body: await response.json() };
          });
          services.httpRouter.use(router as any);
          services.httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
          services.httpRouter.addAuthPolicy({ path: '/cookie', allow: 'user-cookie' });
          services.permissionsRegistry.addPermissions([permission]);
        },
      });
    },
  });
}

const [kind, pluginIds] = process.argv.slice(2);
const { api, createBackend } = backends[kind as keyof typeof backends];
const backend = createBackend();
for (const pluginId of pluginIds.split(',')) {
  if (pluginId === 'auth') {
    backend.add(requireStock('@backstage/plugin-auth-backend'));
    backend.add(requireStock('@backstage/plugin-auth-backend-module-guest-provider'));
  } else {
    backend.add(createWirePlugin(api, pluginId));
  }
}
backend.start().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
