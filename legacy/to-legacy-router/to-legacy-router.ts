import { InputError } from '@backstage/errors';
import { Router } from 'express';
import {
  coreServices,
  createServiceFactory,
  type BackendFeature,
  type ServiceFactory,
} from '../../lib/api';
import { defaultServiceFactories } from '../../lib/services/default-service-factories';
import {
  createCookieAuthRefreshMiddleware,
  createCredentialsBarrier,
} from '../../lib/services/http-router';
import { readAuthPolicies } from '../../lib/services/http-router/read-auth-policies';
import { createSpecializedBackend } from '../../lib/wiring';
import { environmentFactories } from './environment-factories';
import type { LegacyBackendEnvironment } from './legacy-backend-environment';

type Feature = BackendFeature | Promise<{ default: BackendFeature }>;

/**
 * Runs a plugin of the new system, with its modules, in an old backend: its services are made from the
 * environment that `createEnv` gives, and its routes are what an old plugin file would have returned.
 * As everywhere in the new system, routes need a token unless the plugin or `backend.auth.policies` opens them, or
 * `backend.auth.dangerouslyDisableDefaultAuthPolicy` is set.
 *
 * The permission plugin of the new system answers some questions only to plugins that show a token of
 * their own, which old ones do not have: convert it after those that ask it.
 *
 * @param features - the plugin, its modules, and factories of services that they need
 * @throws BackendStartupError when the plugin or a module does not start, or there are two plugins
 * @throws InputError when the environment lacks what every plugin needs
 *
 * @example
 * ```ts
 * export default async function createPlugin(env: PluginEnvironment) {
 *   return await toLegacyRouter(import('@internal/plugin-todo-backend'), env);
 * }
 * ```
 */
export async function toLegacyRouter(
  features: Feature | Feature[],
  env: LegacyBackendEnvironment,
): Promise<Router> {
  checkEnvironment(env);
  const router = Router();
  const owner: Owner = {};
  const own = [...environmentFactories(env), ...routerFactories(router, owner)];
  const ownIds = new Set(own.map(({ service }) => service.id));
  const backend = createSpecializedBackend({
    defaultServiceFactories: [
      ...defaultServiceFactories.filter(({ service }) => !ownIds.has(service.id)),
      ...own,
    ],
    onStartupFailure: 'throw',
  });
  for (const feature of [features].flat()) {
    backend.add(feature);
  }
  await backend.start();
  if (owner.pluginId === undefined) {
    throw new Error(
      'toLegacyRouter takes one plugin with its modules, but was given no plugin. Add it to the list',
    );
  }
  return router;
}

function checkEnvironment(env: Partial<LegacyBackendEnvironment> | undefined): void {
  const missing = (['logger', 'config', 'discovery'] as const).filter(key => !env?.[key]);
  if (missing.length > 0) {
    const keys = missing.map(key => `'${key}'`).join(', ');
    throw new InputError(
      `toLegacyRouter takes the environment that createEnv makes as second argument; it has no ${keys}`,
    );
  }
}

/** The plugin whose routes the router has. */
interface Owner {
  pluginId?: string;
}

function routerFactories(router: Router, owner: Owner): ServiceFactory[] {
  return [
    createServiceFactory({
      service: coreServices.rootHttpRouter,
      deps: {},
      factory: () => ({
        use(path) {
          throw new Error(
            `The path '${path}' can not be mounted by a plugin in an old backend. Mount it in index.ts`,
          );
        },
      }),
    }),
    createServiceFactory({
      service: coreServices.httpRouter,
      initialization: 'always',
      deps: {
        plugin: coreServices.pluginMetadata,
        auth: coreServices.auth,
        httpAuth: coreServices.httpAuth,
        config: coreServices.rootConfig,
      },
      factory({ plugin, auth, httpAuth, config }) {
        const pluginId = plugin.getId();
        if (owner.pluginId !== undefined) {
          throw new Error(
            `toLegacyRouter takes one plugin with its modules, but was given '${owner.pluginId}' and ` +
              `'${pluginId}'. Call it once for each`,
          );
        }
        owner.pluginId = pluginId;
        const barrier = createCredentialsBarrier({ httpAuth, config });
        readAuthPolicies(config)
          .get(pluginId)
          ?.forEach(policy => barrier.addAuthPolicy(policy));
        router.use(barrier.middleware, createCookieAuthRefreshMiddleware({ auth, httpAuth }));
        return {
          use: handler => void router.use(handler),
          addAuthPolicy: policy => barrier.addAuthPolicy(policy),
        };
      },
    }),
  ];
}
