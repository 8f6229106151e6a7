import { readJson, type ParityResponse } from '../exchange';
import { isSafe, type ParityPrincipal, type ParityRequest } from '../request';
import type { SideValues } from '../requests/variables';
import { RouteFinder } from '../routes/route-finder';
import { routeParameters, routePattern } from '../routes/route-pattern';
import type { SideRoute } from '../routes/side-routes';
import { findLinks } from './find-links';
import { readOpenApi, type OpenApiOperation } from './openapi-document';
import { RequestMaker, requestKey } from './request-maker';
import { SeenValues } from './seen-values';
import { Targets, type Target } from './targets';
import { WriteBodies } from './write-bodies';

/** How requests are made up. */
export interface ExploreOptions {
  /** In whose name they are sent; each endpoint is also asked once in nobody's. Defaults to `none`. */
  as?: ParityPrincipal;
  /** How many requests an endpoint gets at most, with different values; defaults to 3. */
  perRoute?: number;
  /** The same seed and the same answers make the same requests; defaults to 1. */
  seed?: number;
  /**
   * How long the answers must not have become larger or smaller before the first request is made up:
   * backends read in a catalog and the like after they have started. In milliseconds; defaults to 5
   * seconds.
   */
  settle?: number;
  /** Only endpoints at or below this path. */
  below?: string;
  /** Beside the routes. The documents that plugins serve as `/openapi.json` are found without. */
  operations?: readonly OpenApiOperation[];
  /**
   * True sends requests that change something, too: last, and only for sides that have a database each.
   * Their bodies are those of a document, or like what the endpoint gives when it is read; and an empty and a
   * broken one.
   */
  writes?: boolean;
}

/** Where plugins serve their OpenAPI document. */
const DOCUMENT = '/openapi.json';

/** In this order, so that there is something to change and to delete. */
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Makes up requests for endpoints: first for those without parameters, then, wave after wave, for those
 * whose parameters can be filled with what earlier answers held, or for which a document has values.
 */
export class Explorer {
  readonly #options: Pick<ExploreOptions, 'below'> &
    Required<Pick<ExploreOptions, 'as' | 'perRoute' | 'seed' | 'writes'>>;
  readonly #targets: Targets;
  readonly #finder: RouteFinder<SideRoute>;
  readonly #seen = new SeenValues();
  readonly #bodies = new WriteBodies();
  readonly #maker: RequestMaker;
  /** The requests that were made up last, and their answers. */
  #wave = new Map<ParityRequest, [left?: ParityResponse, right?: ParityResponse]>();
  #awaited = 0;
  #onAllAnswered = () => {};

  constructor(routes: readonly SideRoute[], options: ExploreOptions = {}) {
    const { as = 'none', perRoute = 3, seed = 1, operations = [], writes = false } = options;
    this.#options = { as, perRoute, seed, writes, below: options.below };
    this.#targets = new Targets(routes);
    this.#targets.describe(operations);
    this.#finder = new RouteFinder(routes);
    this.#maker = new RequestMaker({ seen: this.#seen, bodies: this.#bodies }, this.#options);
  }

  /** To be told of the answers to all requests that {@link requests} gave. */
  learn(request: ParityRequest, left?: ParityResponse, right?: ParityResponse): void {
    if (this.#wave.has(request)) {
      this.#wave.set(request, [left, right]);
    } else {
      this.#markSent(request);
      this.#digest(request, left, right);
    }
    this.#awaited--;
    if (this.#awaited === 0) {
      this.#onAllAnswered();
    }
  }

  /**
   * The given requests, and then others, until nothing more can be made up.
   *
   * @param given - of which there may be any number
   */
  async *requests(
    given: Iterable<ParityRequest> | AsyncIterable<ParityRequest>,
  ): AsyncGenerator<ParityRequest> {
    yield* this.#ask(given);
    for (;;) {
      const wave = this.#nextWave();
      if (wave.length === 0) {
        return;
      }
      this.#wave = new Map(wave.map(request => [request, []]));
      yield* this.#ask(wave);
      // In the order of the requests, however the answers came: the next wave depends on it.
      this.#wave.forEach((answers, request) => this.#digest(request, ...answers));
    }
  }

  async *#ask(
    requests: Iterable<ParityRequest> | AsyncIterable<ParityRequest>,
  ): AsyncGenerator<ParityRequest> {
    for await (const request of requests) {
      this.#awaited++;
      yield request;
    }
    if (this.#awaited > 0) {
      await new Promise<void>(resolve => {
        this.#onAllAnswered = resolve;
      });
    }
  }

  /** A request for each endpoint that needs no values, by which to see what a backend has. */
  probes(): ParityRequest[] {
    const { as } = this.#options;
    return this.#targets
      .all()
      .filter(target => isSafe(target) && !target.path.includes(':') && this.#mayAsk(target))
      .map(({ method, path }) => ({ method, path, headers: {}, as }));
  }

  /** Why routes got no request. */
  reasons(): Map<SideRoute, string> {
    const reasons = new Map<SideRoute, string>();
    for (const target of this.#targets.all().filter(each => each.sent.size === 0)) {
      const reason = this.#reason(target);
      if (target.route && reason) {
        reasons.set(target.route, reason);
      }
    }
    return reasons;
  }

  #reason(target: Target): string | undefined {
    const { path, route } = target;
    const { below, writes } = this.#options;
    if (route && !route.left) {
      return 'the left side does not have it';
    }
    if (below !== undefined && !isAtOrBelow(path, below)) {
      return `it is not below ${below}`;
    }
    if (!isSafe(target) && !writes) {
      return 'it changes something';
    }
    const parameters = routeParameters(path);
    if (!parameters) {
      return 'its path is a pattern';
    }
    return `no answer had a value for ${parameters.map(name => `:${name}`).join(', ')}`;
  }

  #nextWave(): ParityRequest[] {
    const open = this.#targets
      .all()
      .filter(target => target.sent.size === 0 || target.links.size > 0 || target.operation)
      .filter(target => this.#mayAsk(target));
    const plain = open.filter(({ path }) => !path.includes(':'));
    // Documents first: they say what to ask the others.
    const documents = plain.filter(({ path }) => path.endsWith(DOCUMENT));
    for (const targets of [documents, plain, open]) {
      const wave = targets.filter(isSafe).flatMap(target => this.#maker.make(target, false));
      if (wave.length > 0) {
        return wave;
      }
    }
    // What has no values yet gets those that the document makes up.
    const sampled = open.filter(isSafe).flatMap(target => this.#maker.make(target, true));
    if (sampled.length > 0) {
      return sampled;
    }
    for (const method of WRITES) {
      const wave = open
        .filter(target => target.method === method)
        .flatMap(target => this.#maker.make(target, true));
      if (wave.length > 0) {
        return wave;
      }
    }
    return [];
  }

  #mayAsk({ path, route, method }: Target): boolean {
    const { below, writes } = this.#options;
    return (
      (!route || route.left) &&
      (below === undefined || isAtOrBelow(path, below)) &&
      (isSafe({ method }) || writes) &&
      routeParameters(path) !== undefined
    );
  }

  #markSent(request: ParityRequest): void {
    const route = this.#finder.find(request);
    const sent = route && this.#targets.of(route)?.sent;
    if (sent && sent.size < this.#options.perRoute) {
      sent.add(requestKey(request));
    }
  }

  #digest(request: ParityRequest, left?: ParityResponse, right?: ParityResponse): void {
    if (!left) {
      return;
    }
    const path = request.path.split(/[?#]/)[0];
    const route = this.#finder.find(request);
    const answer = left.status < 300 ? readJson(left)?.value : undefined;
    if (route && isSafe(request) && answer !== undefined) {
      this.#bodies.learnAnswer(route.path, answer);
    }
    if (path.endsWith(DOCUMENT)) {
      this.#readDocument(path, answer);
      return;
    }
    if (answer !== undefined) {
      this.#seen.learn(path, answer, right && readJson(right)?.value, parametersOf(route, path));
    }
    for (const link of findLinks(left, answer)) {
      const linked = this.#finder.find({ method: 'GET', path: link });
      const to = linked && this.#targets.of(linked);
      if (to?.method === 'GET') {
        to.links.add(link);
      }
    }
  }

  #readDocument(path: string, answer: unknown): void {
    try {
      this.#targets.describe(readOpenApi(answer, path.slice(0, -DOCUMENT.length)));
    } catch {
      // A document that can not be read describes nothing: the routes are known without.
    }
  }
}

/** The values of the path's parameters, as they were sent. */
function parametersOf(route: SideRoute | undefined, path: string): Record<string, SideValues> {
  const names = route && routeParameters(route.path);
  const match = names && routePattern(route).exec(path);
  return Object.fromEntries(
    (names ?? []).flatMap((name, i) => {
      const text = match?.[i + 1];
      // What each side had its own value for can not be read from the path.
      const value = text && !text.includes('{{') ? decode(text) : undefined;
      return value === undefined ? [] : [[name, { left: value, right: value }]];
    }),
  );
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isAtOrBelow(path: string, below: string): boolean {
  return path === below || path.startsWith(`${below}/`);
}
