import {
  coreServices,
  createBackendPlugin,
  type BackendFeature,
  type ServiceRef,
} from '../lib/api';
import { environmentServices, type EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { startLegacyPlugin } from './start-legacy-plugin';

type Deps = {
  lifecycle: typeof coreServices.lifecycle;
  httpRouter: typeof coreServices.httpRouter;
  [name: string]: ServiceRef<any, 'plugin' | 'root', 'singleton'>;
};

/** Makes the plugin of one call of `legacyPlugin`. */
export function createLegacyFeature(definition: LegacyPluginDefinition): BackendFeature {
  const { id, envMapping } = definition;
  checkLegacyId(definition);
  return createBackendPlugin({
    pluginId: id,
    register(reg) {
      reg.registerInit({
        deps: {
          lifecycle: coreServices.lifecycle,
          httpRouter: coreServices.httpRouter,
          ...withPrefix('service', environmentServices),
          ...withPrefix('mapped', envMapping),
        } as Deps,
        async init({ lifecycle, httpRouter, ...deps }) {
          await startLegacyPlugin(definition, {
            services: withoutPrefix('service', deps) as EnvironmentServices,
            mapped: withoutPrefix('mapped', deps),
            lifecycle,
            mount: {
              path: `/api/${id}`,
              use: handler => httpRouter.use(handler),
              addAuthPolicy: policy => httpRouter.addAuthPolicy(policy),
            },
          });
        },
      });
    },
  });
}

/** Services and keys of the environment may have the same name. */
function withPrefix<TValue>(prefix: string, object: { readonly [key in string]: TValue }) {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [`${prefix}:${key}`, value]),
  );
}

function withoutPrefix(prefix: string, object: { [key in string]: unknown }) {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key.startsWith(`${prefix}:`))
      .map(([key, value]) => [key.slice(prefix.length + 1), value]),
  );
}

const ID_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/** @throws LegacyPluginError that offers a valid id */
function checkLegacyId(definition: LegacyPluginDefinition): void {
  const { id } = definition;
  if (ID_PATTERN.test(id)) {
    return;
  }
  const valid = id.replace(/[^a-z0-9]+/gi, '-').replace(/^[^a-z]+|-$/gi, '') || 'my-plugin';
  throw new LegacyPluginError(
    'INVALID_ID',
    definition,
    `Invalid pluginId '${id}', must match the pattern ${ID_PATTERN}. Use legacyPlugin('${valid}', ` +
      `..., { path: '/api/${id.replace(/^\/+/, '')}' }), and the option envId for the argument that ` +
      `createEnv had`,
  );
}
