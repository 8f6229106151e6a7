/** One route of a router. */
export interface Route {
  /** In upper case; `ALL` for every method. */
  method: string;
  /** Relative to the router, in the notation of express. */
  path: string;
}

/** What express 4 keeps of each `use` and each route. */
interface Layer {
  route?: {
    path: string | RegExp | Array<string | RegExp>;
    methods: { [method in string]?: boolean };
  };
  handle?: unknown;
  regexp?: RegExp & { fast_slash?: boolean };
  keys?: Array<{ name: string | number }>;
}

/** Lists the routes of a router or app of express 4, and of those that it uses. */
export function listRoutes(router: unknown, prefix = ''): Route[] {
  return layersOf(router).flatMap(layer => {
    if (!layer.route) {
      return listRoutes(layer.handle, prefix + mountPath(layer));
    }
    const { path, methods } = layer.route;
    return [path].flat().flatMap(each =>
      Object.keys(methods).map(method => ({
        method: method === '_all' ? 'ALL' : method.toUpperCase(),
        path: prefix + String(each),
      })),
    );
  });
}

function layersOf(router: unknown): Layer[] {
  const { stack, _router } = (router ?? {}) as { stack?: unknown; _router?: { stack?: unknown } };
  const layers = stack ?? _router?.stack;
  return Array.isArray(layers) ? layers : [];
}

/** What express makes of a parameter in a path, in the notations of its releases. */
const PARAMETER = /\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)/g;

/** Express keeps only the pattern that it made from the path: `^\/a\/(?:([^\/]+?))\/?(?=\/|$)`. */
function mountPath({ regexp, keys = [] }: Layer): string {
  if (!regexp || regexp.fast_slash) {
    return '';
  }
  const pattern = /^\^(.*?)\\\/\?\(\?=\\\/\|\$\)$/.exec(regexp.source)?.[1] ?? regexp.source;
  const names = keys.map(({ name }) => name);
  return pattern
    .replace(PARAMETER, (_match, slash = '') => `${slash}:${names.shift()}`)
    .replace(/\\(.)/g, '$1');
}
