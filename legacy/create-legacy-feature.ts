import {
  coreServices,
  createBackendFeatureLoader,
  createBackendPlugin,
  type BackendFeature,
  type ServiceRef,
} from '../lib/api';
import { collectRegistration } from '../lib/api/registrations';
import { checkDefinition } from './check-definition';
import { createDataOwner, dataOwnersServiceRef, type DataOwners } from './data-owners';
import { Deferred } from './deferred';
import {
  dataServices,
  environmentServices,
  type DataServices,
  type EnvironmentServices,
} from './environment-services';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { createMounts, type NestedMounts } from './create-mount';
import { limitTime } from './limit-time';
import { mountInPlugin, type Mount } from './mount';
import { mountPathsServiceRef } from './mount-paths';
import type { MountPlan, RouterPlan } from './mount-plan';
import { registrationsFeature } from './registrations-feature';
import { startLegacyPlugin } from './start-legacy-plugin';

/** What other features of the same backend contribute to a plugin. */
interface Contributions {
  /** Given when the data of the plugin belongs to another id. */
  owners?: DataOwners;
  /** Places below other plugins. */
  nested: NestedMounts;
}

/**
 * Makes the features of one call of `legacyPlugin`.
 *
 * @throws LegacyPluginError when the id or an option is not valid
 */
export function createLegacyFeature(definition: LegacyPluginDefinition): BackendFeature {
  const plans = checkDefinition(definition);
  const { id, options } = definition;
  const { envId = id } = options;
  const nestedPlans = plans.flatMap(({ plan }) => (plan.kind === 'nested' ? [plan] : []));
  if (envId === id && nestedPlans.length === 0) {
    return createPlugin(definition, plans, { nested: new Map() });
  }
  return createBackendFeatureLoader({
    deps: { owners: dataOwnersServiceRef },
    *loader({ owners }) {
      const nested: NestedMounts = new Map();
      for (const plan of nestedPlans) {
        const mount = new Deferred<Mount>();
        nested.set(plan.path, mount);
        yield createParentModule(definition, plan, mount);
      }
      yield createPlugin(definition, plans, {
        nested,
        owners: envId === id ? undefined : owners,
      });
      if (envId !== id && owners.claim(envId)) {
        yield* createDataOwner(envId);
      }
    },
  });
}

type Deps = {
  lifecycle: typeof coreServices.lifecycle;
  httpRouter: typeof coreServices.httpRouter;
  rootHttpRouter: typeof coreServices.rootHttpRouter;
  mountPaths: typeof mountPathsServiceRef;
  [name: string]: ServiceRef<any, 'plugin' | 'root', 'singleton'>;
};

function createPlugin(
  definition: LegacyPluginDefinition,
  plans: RouterPlan[],
  { owners, nested }: Contributions,
): BackendFeature {
  const { id, envMapping, options } = definition;
  return createBackendPlugin({
    pluginId: id,
    register(reg) {
      reg.registerInit({
        deps: {
          lifecycle: coreServices.lifecycle,
          httpRouter: coreServices.httpRouter,
          rootHttpRouter: coreServices.rootHttpRouter,
          mountPaths: mountPathsServiceRef,
          ...withPrefix('service', environmentServices),
          ...withPrefix('mapped', envMapping),
        } as Deps,
        async init({ lifecycle, httpRouter, rootHttpRouter, mountPaths, ...deps }) {
          const own = withoutPrefix('service', deps) as EnvironmentServices;
          const routing = { lifecycle, httpRouter, rootHttpRouter, mountPaths, nested };
          const mounts = await createMounts(definition, plans, { ...routing, services: own });
          const missing = `the services of the plugin '${options.envId}', whose data it has, are not there`;
          const data =
            owners && (await limitTime(definition, missing, () => owners.get(options.envId!)));
          await startLegacyPlugin(definition, {
            services: { ...own, ...data },
            mapped: { ...withoutPrefix('mapped', deps), ...mappedData(definition, data) },
            lifecycle,
            mounts,
          });
        },
      });
    },
  });
}

/** Modules start before their plugin, so the routes below it are there first. */
function createParentModule(
  { id }: LegacyPluginDefinition,
  plan: MountPlan & { kind: 'nested' },
  mount: Deferred<Mount>,
): BackendFeature {
  // An id of its own for each path: two routers of one plugin may go below the same.
  const moduleId = `legacy-${id}${plan.prefix.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`;
  const registration = collectRegistration({ pluginId: plan.parentId, moduleId }, reg =>
    reg.registerInit({
      deps: { httpRouter: coreServices.httpRouter },
      async init({ httpRouter }) {
        mount.resolve(mountInPlugin(httpRouter, plan));
      },
    }),
  );
  return registrationsFeature({ ...registration, optional: true });
}

/** The keys that are mapped to services whose data belongs to the env id. */
function mappedData({ envMapping }: LegacyPluginDefinition, data: DataServices | undefined) {
  const mapped: { [key in string]: unknown } = {};
  for (const [key, { id }] of Object.entries(data ? envMapping : {})) {
    for (const [name, ref] of Object.entries(dataServices)) {
      if (ref.id === id) {
        mapped[key] = data![name as keyof DataServices];
      }
    }
  }
  return mapped;
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
