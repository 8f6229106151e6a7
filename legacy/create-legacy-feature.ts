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
import { createMounts } from './create-mount';
import { mountInPlugin, type Mount } from './mount';
import type { MountPlan } from './mount-plan';
import { registrationsFeature } from './registrations-feature';
import { startLegacyPlugin } from './start-legacy-plugin';

/** What another feature of the same backend contributes to a plugin. */
interface Contributions {
  /** Given when the data of the plugin belongs to another id. */
  owners?: DataOwners;
  /** Given when the routes go below those of another plugin. */
  nested?: Deferred<Mount>;
}

/**
 * Makes the features of one call of `legacyPlugin`.
 *
 * @throws LegacyPluginError when the id or an option is not valid
 */
export function createLegacyFeature(definition: LegacyPluginDefinition): BackendFeature {
  const plan = checkDefinition(definition);
  const { id, options } = definition;
  const envId = options.envId ?? id;
  if (envId === id && plan.kind !== 'nested') {
    return createPlugin(definition, plan, {});
  }
  return createBackendFeatureLoader({
    deps: { owners: dataOwnersServiceRef },
    *loader({ owners }) {
      const nested = plan.kind === 'nested' ? new Deferred<Mount>() : undefined;
      yield createPlugin(definition, plan, { nested, owners: envId === id ? undefined : owners });
      if (plan.kind === 'nested') {
        yield createParentModule(definition, plan, nested!);
      }
      if (envId !== id && owners.claim(envId)) {
        yield createDataOwner(envId);
      }
    },
  });
}

type Deps = {
  lifecycle: typeof coreServices.lifecycle;
  httpRouter: typeof coreServices.httpRouter;
  rootHttpRouter: typeof coreServices.rootHttpRouter;
  [name: string]: ServiceRef<any, 'plugin' | 'root', 'singleton'>;
};

function createPlugin(
  definition: LegacyPluginDefinition,
  plan: MountPlan,
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
          ...withPrefix('service', environmentServices),
          ...withPrefix('mapped', envMapping),
        } as Deps,
        async init({ lifecycle, httpRouter, rootHttpRouter, ...deps }) {
          const own = withoutPrefix('service', deps) as EnvironmentServices;
          const routing = { lifecycle, httpRouter, rootHttpRouter, nested };
          const mounts = await createMounts(definition, plan, { ...routing, services: own });
          const data = await owners?.get(options.envId!);
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
  const owner = { pluginId: plan.parentId, moduleId: `legacy-${id}` };
  const registration = collectRegistration(owner, reg =>
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
