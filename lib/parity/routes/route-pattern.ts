import type { ParityRoute } from './parity-route';

/** A parameter with what may follow it (`:id`, `/:id?`, `:id(\\d+)`), a wildcard, or a dot and the like. */
const PART = /(\/?):(\w+)(\((?:\\.|[^)\\])*\))?([?*+])?|\*|[.\-^$[\]{}|]/g;

/** Which paths (without a query) express would hand to a route. */
export function routePattern({ path, below }: Pick<ParityRoute, 'path' | 'below'>): RegExp {
  const [plain, own] = splitRegExp(path);
  const prefix = plain.replace(/\/$/, '').replace(PART, (part, slash, name, form, repeat) => {
    if (name) {
      const group = `${slash}${form ?? '([^/]+)'}`;
      return repeat ? `(?:${group})${repeat}` : group;
    }
    return part === '*' ? '.*' : `\\${part}`;
  });
  const end = own === undefined ? (below ? '(?:/.*)?$' : '/?$') : own.replace(/^\^/, '');
  try {
    return new RegExp(`^${prefix}${end}`, 'i');
  } catch {
    return /(?!)/; // Nothing that this version of express would understand either.
  }
}

/** The names of the parameters of a path; undefined where it is more than a path with parameters. */
export function routeParameters(path: string): string[] | undefined {
  return /^(?:\/(?:[\w.~%@-]|:\w+)*)*$/.test(path)
    ? Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name)
    : undefined;
}

/** The same for two routes that only call their parameters differently. */
export function routeKey({ method, path }: Pick<ParityRoute, 'method' | 'path'>): string {
  const [plain, own = ''] = splitRegExp(path);
  return `${method} ${plain.replace(/:\w+/g, ':').replace(/(.)\/$/, '$1')} ${own}`;
}

function splitRegExp(path: string): [plain: string, own: string | undefined] {
  const space = path.indexOf(' ');
  return space === -1 ? [path, undefined] : [path.slice(0, space), path.slice(space + 1)];
}
