import type { SideRoute } from '../routes/side-routes';
import { routeKey } from '../routes/route-pattern';
import type { OpenApiOperation } from './openapi-document';

/** An endpoint that requests are made up for. */
export interface Target {
  /** In capitals. */
  readonly method: string;
  /** In the syntax of express. */
  readonly path: string;
  /** Absent for what only a document knows. */
  readonly route?: SideRoute;
  /** Absent for what no document describes. */
  operation?: OpenApiOperation;
  /** What was sent to it so far: method, path and principal. */
  readonly sent: Set<string>;
  /** Paths that answers link to. */
  readonly links: Set<string>;
}

/** The endpoints of both sides and of documents, each once. */
export class Targets {
  readonly #byKey = new Map<string, Target>();
  readonly #byRoute = new Map<SideRoute, Target>();

  constructor(routes: readonly SideRoute[]) {
    for (const route of routes) {
      // Where every method is answered, reading is one.
      this.#add({ ...route, method: route.method === 'ALL' ? 'GET' : route.method, route });
    }
  }

  /** Takes what a document says about endpoints, known and unknown. */
  describe(operations: readonly OpenApiOperation[]): void {
    for (const operation of operations) {
      const known = this.#byKey.get(routeKey(operation));
      if (known) {
        // Its parameters have the names of the document from now on.
        known.operation = operation;
      } else {
        this.#add({ ...operation, operation });
      }
    }
  }

  all(): Target[] {
    return [...this.#byKey.values()];
  }

  of(route: SideRoute): Target | undefined {
    return this.#byRoute.get(route);
  }

  #add(target: Pick<Target, 'method' | 'path' | 'route' | 'operation'>): void {
    const key = routeKey(target);
    if (!this.#byKey.has(key)) {
      const { method, path, route, operation } = target;
      const added = {
        method,
        path,
        route,
        operation,
        sent: new Set<string>(),
        links: new Set<string>(),
      };
      this.#byKey.set(key, added);
      if (route) {
        this.#byRoute.set(route, added);
      }
    }
  }
}
