import { Router, type Handler } from 'express';
import type { RootHttpRouterService } from '../../api';

/** Options of {@link DefaultRootHttpRouter.create}. */
export interface DefaultRootHttpRouterOptions {
  /**
   * What answers requests that match no path and do not start with `/api/`. `/api/app` unless told;
   * false: nothing does.
   */
  indexPath?: string | false;
}

/** Routes requests to the handlers that plugins and root services mount. */
export class DefaultRootHttpRouter implements RootHttpRouterService {
  readonly #indexPath?: string;
  readonly #router = Router();
  readonly #mounts = Router();
  readonly #index = Router();
  readonly #paths: string[] = [];

  /** @throws Error when `indexPath` is empty */
  static create(options?: DefaultRootHttpRouterOptions): DefaultRootHttpRouter {
    const indexPath = options?.indexPath ?? '/api/app';
    if (indexPath === '') {
      throw new Error('indexPath option may not be an empty string');
    }
    return new DefaultRootHttpRouter(indexPath || undefined);
  }

  private constructor(indexPath?: string) {
    this.#indexPath = indexPath;
    this.#router.use(this.#mounts);
    this.#router.use('/api/', (_req, _res, next) => next('router'));
    this.#router.use(this.#index);
  }

  use(path: string, handler: Handler): void {
    if (/^[/\s]*$/.test(path)) {
      throw new Error('Root router path may not be empty');
    }
    const other = this.#paths.find(known => overlap(known, path));
    if (other) {
      throw new Error(`Path ${path} conflicts with the existing path ${other}`);
    }
    this.#paths.push(path);
    this.#mounts.use(path, handler);
    if (path === this.#indexPath) {
      this.#index.use(handler);
    }
  }

  /** The handler for all requests of the backend. */
  handler(): Handler {
    return this.#router;
  }
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [normalize(one), normalize(other)];
  return a.startsWith(b) || b.startsWith(a);
}

function normalize(path: string): string {
  return `${path.toLowerCase().replace(/\/+$/, '')}/`;
}
