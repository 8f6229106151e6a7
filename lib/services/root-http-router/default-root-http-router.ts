import { Router, type Handler } from 'express';
import type { RootHttpRouterService } from '../../api';
import { handlerChain } from './handler-chain';
import { MountTable } from './mount-table';
import { PathRegister } from './path-register';
import { Upgrades } from './upgrades';

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
  /** The requests for another protocol, for whoever has the server. */
  readonly upgrades = new Upgrades();
  readonly #indexPath?: string;
  readonly #paths = new PathRegister();
  /** Tables of plain paths, and routers of patterns, in the order in which they were mounted. */
  readonly #mounts: Handler[] = [];
  readonly #index: Handler[] = [];
  readonly #handler: Handler;
  #table?: MountTable;

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
    this.#handler = handlerChain([
      handlerChain(this.#mounts),
      ((req, _res, next) =>
        next(/^\/api(?:\/|$)/i.test(req.path) ? 'router' : undefined)) as Handler,
      handlerChain(this.#index),
    ]);
  }

  use(path: string, handler: Handler): void {
    if (/^[/\s]*$/.test(path)) {
      throw new Error('Root router path may not be empty');
    }
    this.#paths.add(path);
    this.#mount(path, handler);
    if (path === this.#indexPath) {
      this.#index.push(handler);
    }
  }

  /** The handler for all requests of the backend. */
  handler(): Handler {
    return this.#handler;
  }

  #mount(path: string, handler: Handler): void {
    if (!MountTable.accepts(path)) {
      // What is mounted later must not get ahead of a pattern that may match the same requests.
      this.#table = undefined;
      this.#mounts.push(Router().use(path, handler));
      return;
    }
    if (!this.#table) {
      this.#table = new MountTable();
      this.#mounts.push(this.#table.handle);
    }
    this.#table.add(path, handler);
  }
}
