import { Router, type Handler, type NextFunction, type Request, type Response } from 'express';
import { callHandler } from './call-handler';

interface Mount {
  path: string;
  handler: Handler;
  /** Does the same in express's own way, for requests whose url is not a plain path. */
  router?: Router;
}

/**
 * Handlers by path prefix. Behaves as `use` of an express router, but the time to find the handler of
 * a request does not depend on how many there are. For paths that do not overlap.
 */
export class MountTable {
  readonly #mounts = new Map<string, Mount>();
  /** How many segments the paths have, without repetition. */
  readonly #depths: number[] = [];

  /** Whether the path holds nothing that express takes for a pattern. */
  static accepts(path: string): boolean {
    return /^(?:\/[\w.~%@-]+)+\/?$/.test(path);
  }

  constructor() {
    // Such as routers of express have, for whoever lists routes.
    Object.defineProperty(this.handle, 'stack', {
      get: () =>
        Array.from(this.#mounts.values(), ({ path, handler }) => ({
          handle: handler,
          mountPath: path,
        })),
    });
  }

  add(path: string, handler: Handler): void {
    const key = path.toLowerCase().replace(/\/$/, '');
    const depth = key.split('/').length - 1;
    if (!this.#depths.includes(depth)) {
      this.#depths.push(depth);
    }
    this.#mounts.set(key, { path, handler });
  }

  readonly handle: Handler = (req, res, next) => {
    const { path } = req;
    for (const depth of this.#depths) {
      const prefix = leadingSegments(path, depth);
      const mount = prefix && this.#mounts.get(prefix.toLowerCase());
      if (mount) {
        if (req.url.startsWith(path)) {
          enter(mount.handler, prefix, req, res, next);
        } else {
          mount.router ??= Router().use(mount.path, mount.handler);
          mount.router(req, res, next);
        }
        return;
      }
    }
    next();
  };
}

/** The first `count` segments of a path, or undefined when it has fewer. */
function leadingSegments(path: string, count: number): string | undefined {
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (end === path.length || path[end] !== '/') {
      return undefined;
    }
    const slash = path.indexOf('/', end + 1);
    end = slash === -1 ? path.length : slash;
  }
  return path.slice(0, end);
}

/** Calls the handler with `req.url` and `req.baseUrl` as it expects them, and restores them after. */
function enter(
  handler: Handler,
  prefix: string,
  req: Request,
  res: Response,
  done: NextFunction,
): void {
  const { url, baseUrl } = req;
  // Of `//` after the prefix express drops the first slash, and so that both agree, so do we.
  const rest = url.slice(prefix.length).replace(/^\/(?=\/)/, '');
  const leave = (signal?: unknown) => {
    req.url = url;
    req.baseUrl = baseUrl;
    done(signal === 'router' || signal === 'route' ? undefined : signal);
  };
  req.url = rest.startsWith('/') ? rest : `/${rest}`;
  req.baseUrl = baseUrl + prefix;
  callHandler(handler, undefined, req, res, leave);
}
