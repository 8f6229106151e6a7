import { capturedFunctions } from './captured-functions';
import { stackOf, type ExpressLayer } from './express-stack';
import { mountPaths } from './mount-paths';
import type { ParityRoute } from './parity-route';

type Handler = (...args: never[]) => unknown;

/** A router may be wrapped that often; each wrapper of a promise router counts twice. */
const MAX_WRAPPERS = 5;

/**
 * Lists the endpoints of an application, a router or any other handler of requests, in the order in
 * which they are asked: those of routers within routers, and of routers that are wrapped in functions.
 */
export function walkRouters(handler: unknown): ParityRoute[] {
  return [...walk(handler, '', [])];
}

function* walk(
  handler: unknown,
  prefix: string,
  above: readonly unknown[],
): Generator<ParityRoute> {
  for (const router of routersIn(handler).filter(each => !above.includes(each))) {
    const layers = stackOf(router)!;
    for (const [index, layer] of layers.entries()) {
      const later = layers.slice(index + 1);
      yield* walkLayer(layer, later, prefix, [...above, router]);
    }
  }
}

function* walkLayer(
  layer: ExpressLayer,
  later: readonly ExpressLayer[],
  prefix: string,
  above: readonly unknown[],
): Generator<ParityRoute> {
  if (layer.route) {
    yield* routesOf(layer, prefix);
    return;
  }
  if (isErrorHandler(layer.handle)) {
    return;
  }
  const isRouter = routersIn(layer.handle).length > 0;
  for (const mount of mountPaths(layer)) {
    if (isRouter) {
      yield* walk(layer.handle, prefix + mount, above);
    } else if (mount !== '' && !later.some(each => isAtOrBelow(each, mount))) {
      // It answers by itself: it does not only stand before what else is there.
      yield { method: 'ALL', path: prefix + mount, below: true };
    }
  }
}

function* routesOf({ route, matchers }: ExpressLayer, prefix: string): Generator<ParityRoute> {
  const { path, methods } = route!;
  for (const each of [path].flat() as Array<string | RegExp>) {
    const own = typeof each === 'string' ? plainPath(each, matchers) : ` ${each.source}`;
    for (const method of Object.keys(methods).filter(name => methods[name])) {
      yield {
        method: method === '_all' ? 'ALL' : method.toUpperCase(),
        path: `${prefix}${own}` || '/',
      };
    }
  }
}

/** The path of a route in the syntax of express 4, whose wildcards and optional parts have no names. */
function plainPath(path: string, matchers: ExpressLayer['matchers']): string {
  const own = path.replace(/^\/$/, '');
  return matchers ? own.replace(/\{(\/?:\w+)\}/g, '$1?').replace(/\*\w+/g, '*') : own;
}

/** The handler itself where it is a router, otherwise the routers that it wraps. */
function routersIn(handler: unknown): unknown[] {
  const seen = new Set<unknown>();
  const found: unknown[] = [];
  let level = [handler];
  for (let depth = 0; depth <= MAX_WRAPPERS && level.length > 0; depth++) {
    const fresh = level.filter(each => typeof each === 'function' && !seen.has(each));
    fresh.forEach(each => seen.add(each));
    found.push(...fresh.filter(stackOf));
    const wrappers = fresh.filter(each => !stackOf(each));
    level = wrappers.flatMap(wrapper => capturedFunctions(wrapper as Handler));
  }
  return found;
}

function isErrorHandler(handler: unknown): boolean {
  return typeof handler === 'function' && handler.length === 4;
}

function isAtOrBelow(layer: ExpressLayer, mount: string): boolean {
  const paths = layer.route ? [layer.route.path].flat() : mountPaths(layer);
  return paths.some(
    path => typeof path === 'string' && (path === mount || path.startsWith(`${mount}/`)),
  );
}
