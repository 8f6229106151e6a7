import type { ParityRoute } from './parity-route';
import { routePattern } from './route-pattern';

/** Finds the route that answers a request, as express does: the first that matches. */
export class RouteFinder<Route extends ParityRoute> {
  readonly #routes: Array<{ route: Route; pattern: RegExp }>;
  readonly #found = new Map<string, Route | undefined>();

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(route => ({ route, pattern: routePattern(route) }));
  }

  /** @param path - may have a query */
  find({ method, path }: { method: string; path: string }): Route | undefined {
    const plain = path.split(/[?#]/)[0];
    const key = `${method} ${plain}`;
    if (!this.#found.has(key) && this.#found.size < MAX_REMEMBERED) {
      this.#found.set(key, this.#search(method, plain));
    }
    return this.#found.has(key) ? this.#found.get(key) : this.#search(method, plain);
  }

  #search(method: string, path: string): Route | undefined {
    const answers = (name: string) =>
      this.#routes.find(
        ({ route, pattern }) =>
          (route.method === name || route.method === 'ALL') && pattern.test(path),
      )?.route;
    return answers(method) ?? (method === 'HEAD' ? answers('GET') : undefined);
  }
}

const MAX_REMEMBERED = 10_000;
