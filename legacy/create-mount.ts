import type { HttpRouterService, LifecycleService, RootHttpRouterService } from '../lib/api';
import type { Deferred } from './deferred';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { limitTime } from './limit-time';
import { mountAsIndex, mountInPlugin, type Mount } from './mount';
import type { MountPaths } from './mount-paths';
import type { MountPlan, RouterPlan } from './mount-plan';
import { presentOnly } from './optional-service';
import type { RouterMount } from './start-legacy-plugin';

/** The places below other plugins, by path. */
export type NestedMounts = Map<string, Deferred<Mount>>;

/** What {@link createMounts} mounts with. */
interface Routing {
  httpRouter: HttpRouterService;
  rootHttpRouter: RootHttpRouterService;
  lifecycle: LifecycleService;
  mountPaths: MountPaths;
  services: EnvironmentServices;
  /** By path, fulfilled by modules of the plugins that the routes go below. */
  nested: NestedMounts;
}

/**
 * Makes the places for the routers of a plugin.
 *
 * @throws LegacyPluginError when a path is in use
 */
export async function createMounts(
  definition: LegacyPluginDefinition,
  plans: RouterPlan[],
  routing: Routing,
): Promise<RouterMount[]> {
  const mounts = plans.map(async ({ routerName, plan }) => {
    try {
      routing.mountPaths.claim(plan.path, definition.id);
      return { routerName, mount: await createMount(definition, plan, routing) };
    } catch (error) {
      if (error instanceof LegacyPluginError) {
        throw error;
      }
      throw new LegacyPluginError(
        'PATH_IN_USE',
        definition,
        `it can not be mounted at '${plan.path}'. Give one of the two another option path`,
        error,
      );
    }
  });
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
      if (await isInstalled(plan.parentId, routing.services)) {
        const what = `the routes of the plugin '${plan.parentId}', which its own go below, are not there`;
        return limitTime(definition, what, () => routing.nested.get(plan.path)!.promise);
      }
  }
  const { mountAtRoot } = require('./mount-at-root') as typeof import('./mount-at-root');
  return mountAtRoot(plan.path, { ...routing, ...routing.services });
}

async function isInstalled(pluginId: string, services: EnvironmentServices): Promise<boolean> {
  const plugins = await presentOnly(services.instanceMetadata)?.getInstalledPlugins();
  return plugins?.some(plugin => plugin.pluginId === pluginId) ?? false;
}
