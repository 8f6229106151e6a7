/** Who wants something: a plugin, module or loader, or a service on behalf of one. */
export interface Requester {
  /** The plugin whose instance of a plugin scoped service is wanted; `root` outside of plugins. */
  readonly pluginId: string;
  /** For example `plugin 'catalog'`; for a service its quoted id. */
  readonly name: string;
  /** For whom a service is wanted. */
  readonly parent?: Requester;
  /** How many services are between it and the plugin, module or loader. */
  readonly depth?: number;
  /** The feature that a plugin, module or loader is. */
  readonly feature?: unknown;
}

/** Something of the root that nobody in particular asked for. */
export const ROOT_REQUESTER: Requester = { pluginId: 'root', name: 'the backend' };

/** The path along which something came to be wanted: `plugin 'a' -> 'b' -> 'c'`. */
export function resolutionPath(requester: Requester, wanted: string): string {
  const names = [wanted];
  for (let at: Requester | undefined = requester; at; at = at.parent) {
    names.unshift(at.name);
  }
  return names.join(' -> ');
}

/** The plugin, module or loader at the beginning of the path. */
export function origin(requester: Requester): Requester {
  return requester.parent ? origin(requester.parent) : requester;
}
