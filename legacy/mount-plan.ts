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

const FRONT_END = 'app';

/**
 * Plans where a router goes.
 *
 * @param path - the option of that name
 * @throws Error when the path is none
 */
export function planMount(id: string, path = `/api/${id}`): MountPlan {
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
  const [, pluginId, prefix = ''] = /^\/api\/([^/]+)(\/.+)?$/.exec(normalized) ?? [];
  if (pluginId === id) {
    return { kind: 'plugin', path: normalized, prefix };
  }
  return prefix
    ? { kind: 'nested', path: normalized, parentId: pluginId, prefix }
    : { kind: 'root', path: normalized };
}
