import { isSafe, type ParityPrincipal, type ParityRequest } from '../request';
import type { SideValues } from '../requests/variables';
import { routeParameters } from '../routes/route-pattern';
import { composeRequest } from './compose-request';
import type { OpenApiParameter } from './openapi-document';
import { seededRandom } from './seeded-random';
import type { SeenValues } from './seen-values';
import type { Target } from './targets';
import type { WriteBodies } from './write-bodies';

const TRIES = 3;
/** What no endpoint has. */
const UNKNOWN = 'no-such-thing';

/** Makes up requests for one endpoint. */
export class RequestMaker {
  readonly #seen: SeenValues;
  readonly #bodies: WriteBodies;
  readonly #as: ParityPrincipal;
  readonly #perRoute: number;
  readonly #random: () => number;

  constructor(
    { seen, bodies }: { seen: SeenValues; bodies: WriteBodies },
    { as, perRoute, seed }: { as: ParityPrincipal; perRoute: number; seed: number },
  ) {
    this.#seen = seen;
    this.#bodies = bodies;
    this.#as = as;
    this.#perRoute = perRoute;
    this.#random = seededRandom(seed);
  }

  /**
   * Requests that were not sent yet, and takes them down as sent.
   *
   * @param mayBeSampled - whether any value will do that a document allows
   */
  make(target: Target, mayBeSampled: boolean): ParityRequest[] {
    const [as, perRoute] = [this.#as, this.#perRoute];
    const wave: ParityRequest[] = [];
    const add = (request: ParityRequest) => {
      const key = requestKey(request);
      if (!target.sent.has(key) && target.sent.size < perRoute + Number(as !== 'none')) {
        target.sent.add(key);
        wave.push(request);
      }
    };
    const sets = this.#valuesFor(target, mayBeSampled);
    const bodies = isSafe(target) ? [{}] : this.#bodies.of(target);
    // By chance, some turn out the same.
    const tries = target.operation && sets.length > 0 ? perRoute * TRIES : 0;
    const variations = sets.length > 0 ? Math.max(sets.length, tries, bodies.length) : 0;
    for (let i = 0; i < variations && target.sent.size < perRoute; i++) {
      const values = sets[i % sets.length];
      const choose = (parameter: OpenApiParameter) => this.#choose(parameter, i);
      const ingredients = { target, values, choose, body: bodies[i % bodies.length] };
      add(composeRequest({ ...ingredients, as }));
      if (i === 0 && as !== 'none' && target.sent.size === 1) {
        add(composeRequest({ ...ingredients, as: 'none' }));
      }
    }
    for (const path of target.links) {
      add({ method: target.method, path, headers: {}, as });
    }
    target.links.clear();
    return wave;
  }

  /** Sets of values for the parameters of the path. */
  #valuesFor(target: Target, mayBeSampled: boolean): Array<Record<string, SideValues>> {
    const { path, operation, sent } = target;
    const names = routeParameters(path) ?? [];
    if (names.length === 0) {
      return [{}];
    }
    if (!isSafe(target) && !operation) {
      const seen = this.#seen.find(path, names, mayBeSampled).slice(0, this.#perRoute);
      const unknown = Object.fromEntries(names.map(name => [name, same(UNKNOWN)]));
      // Nothing is deleted before that was asked for which is not there.
      return target.method === 'DELETE' || seen.length === 0 ? [unknown, ...seen] : seen;
    }
    const seen = this.#seen.find(path, names, mayBeSampled);
    if (seen.length > 0) {
      // The best, and others by chance.
      const [best, ...others] = seen;
      const picked = others
        .map(values => ({ values, at: this.#random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ values }) => values);
      return [best, ...picked].slice(0, this.#perRoute);
    }
    // A document may have other names for them.
    const ownNames = operation ? routeParameters(operation.path) : undefined;
    const described = names.map((_, i) =>
      operation?.parameters.find(each => each.in === 'path' && each.name === ownNames?.[i]),
    );
    const isNamed = described.every(each => each && each.named.length > 0);
    if (!described.every(Boolean) || sent.size > 0 || !(isNamed || mayBeSampled)) {
      return [];
    }
    const values = described.map(each => each!.named[0] ?? each!.sample);
    return [Object.fromEntries(names.map((name, i) => [name, same(values[i])]))];
  }

  /** First what must be there, then all that the document names, then this or that. */
  #choose({ required, named, sample }: OpenApiParameter, variation: number): unknown {
    if (variation === 0) {
      return required ? (named[0] ?? sample) : undefined;
    }
    if (variation === 1) {
      return named[0] ?? (required ? sample : undefined);
    }
    const values = named.length > 0 ? named : [sample];
    return required || this.#random() < 0.5
      ? values[Math.floor(this.#random() * values.length)]
      : undefined;
  }
}

function same(value: unknown): SideValues {
  return { left: value, right: value };
}

/** The same for requests that ask for the same in the same name. */
export function requestKey({ path, as, variables, body }: ParityRequest): string {
  return JSON.stringify([path, as, variables, body]);
}
