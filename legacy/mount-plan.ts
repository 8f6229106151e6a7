import type { LegacyPluginOptions } from './legacy-plugin-options';

/** How the router of a legacy plugin gets into the routes of the backend. */
export type MountPlan =
  /** Below `/api/<id>`, as every plugin. */
  | { kind: 'plugin'; path: string; prefix: string }
  /** As the front end, which answers all that nobody else does. */
  | { kind: 'index'; path: string }
  /** Below the path of another plugin, should that be installed. */
  | { kind: 'nested'; path: string; parentId: string; prefix: string }
  /** Anywhere else. */
  | { kind: 'root'; path: string };

/** Where one of the routers of a plugin goes. */
export interface RouterPlan {
  plan: MountPlan;
  /** The name of the router in the result of `createRouter`, which is the router itself without one. */
  routerName?: string;
}

const FRONT_END = 'app';
const UNREACHABLE = /\/\.{0,2}(\/|$)|[#\s]/;

/**
 * Plans where the routers of a plugin go.
 *
 * @throws Error when a path is none, or is there twice
 */
export function planMounts(
  id: string,
  { path, routers }: Pick<LegacyPluginOptions, 'path' | 'routers'>,
): RouterPlan[] {
  if (!routers) {
    return [{ plan: planMount(id, path) }];
  }
  if (path !== undefined) {
    throw new Error('it has both path and routers. Name all paths in routers');
  }
  const plans = Object.entries(routers).map(([routerName, each]) => ({
    routerName,
    plan: planMount(id, each),
  }));
  for (const { plan, routerName } of plans) {
    const other = plans.find(each => each.plan.path === plan.path)!;
    if (other.routerName !== routerName) {
      throw new Error(
        `its routers '${other.routerName}' and '${routerName}' have one path, '${plan.path}'`,
      );
    }
  }
  return plans;
}

function planMount(id: string, path = `/api/${id}`): MountPlan {
  const normalized = path.replace(/\/+$/, '');
  if (normalized === '') {
    if (id !== FRONT_END) {
      throw new Error(
        `the root path belongs to the plugin '${FRONT_END}': name it legacyPlugin('${FRONT_END}', ...)`,
      );
    }
    return { kind: 'index', path: '/' };
  }
  if (!normalized.startsWith('/')) {
    throw new Error(`its path '${path}' must start with '/'`);
  }
  if (UNREACHABLE.test(normalized)) {
    throw new Error(
      `its path '${path}' has what no request has in its path: '.', '..' or nothing between two '/', ` +
        `'#' or white space`,
    );
  }
  const [, pluginId, prefix = ''] = /^\/api\/([^/]+)(\/.+)?$/.exec(normalized) ?? [];
  if (pluginId === id) {
    return { kind: 'plugin', path: normalized, prefix };
  }
  return prefix
    ? { kind: 'nested', path: normalized, parentId: pluginId, prefix }
    : { kind: 'root', path: normalized };
}
