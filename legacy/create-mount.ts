import type { HttpRouterService, LifecycleService, RootHttpRouterService } from '../lib/api';
import type { Deferred } from './deferred';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { mountAsIndex, mountInPlugin, type Mount } from './mount';
import { planMount, type MountPlan } from './mount-plan';
import { presentOnly } from './optional-service';
import type { RouterMount } from './start-legacy-plugin';

/** What {@link createMount} mounts with. */
interface Routing {
  httpRouter: HttpRouterService;
  rootHttpRouter: RootHttpRouterService;
  lifecycle: LifecycleService;
  services: EnvironmentServices;
  /** Fulfilled by a module of the plugin that the routes go below. */
  nested?: Deferred<Mount>;
}

/**
 * Makes the places for the routers of a plugin.
 *
 * @throws LegacyPluginError when a path is in use
 */
export async function createMounts(
  definition: LegacyPluginDefinition,
  plan: MountPlan,
  routing: Routing,
): Promise<RouterMount[]> {
  const { id, options } = definition;
  if (!options.routers) {
    return [{ mount: await createMount(definition, plan, routing) }];
  }
  const mounts = Object.entries(options.routers).map(async ([routerName, path]) => ({
    routerName,
    mount: await createMount(definition, planMount(id, path), routing),
  }));
  return Promise.all(mounts);
}

async function createMount(
  definition: LegacyPluginDefinition,
  plan: MountPlan,
  routing: Routing,
): Promise<Mount> {
  switch (plan.kind) {
    case 'plugin':
      return mountInPlugin(routing.httpRouter, plan);
    case 'index':
      return mountAsIndex(routing.httpRouter);
    case 'nested':
      if (routing.nested && (await isInstalled(plan.parentId, routing.services))) {
        return routing.nested.promise;
      }
  }
  const { mountAtRoot } = require('./mount-at-root') as typeof import('./mount-at-root');
  try {
    return mountAtRoot(plan.path, { ...routing, ...routing.services });
  } catch (error) {
    throw new LegacyPluginError(
      'PATH_IN_USE',
      definition,
      `it can not be mounted at '${plan.path}'. Give one of the two another option path`,
      error,
    );
  }
}

async function isInstalled(pluginId: string, services: EnvironmentServices): Promise<boolean> {
  const plugins = await presentOnly(services.instanceMetadata)?.getInstalledPlugins();
  return plugins?.some(plugin => plugin.pluginId === pluginId) ?? false;
}
