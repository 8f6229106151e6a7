import type { ParityPrincipal, ParityRequest } from '../request';
import type { SideValues } from '../requests/variables';
import { routeParameters } from '../routes/route-pattern';
import { composeRequest } from './compose-request';
import type { OpenApiParameter } from './openapi-document';
import { seededRandom } from './seeded-random';
import type { SeenValues } from './seen-values';
import type { Target } from './targets';

const TRIES = 3;

/** Makes up requests for one endpoint. */
export class RequestMaker {
  readonly #seen: SeenValues;
  readonly #as: ParityPrincipal;
  readonly #perRoute: number;
  readonly #random: () => number;

  constructor(
    seen: SeenValues,
    { as, perRoute, seed }: { as: ParityPrincipal; perRoute: number; seed: number },
  ) {
    this.#seen = seen;
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
    // By chance, some turn out the same.
    const tries = target.operation && sets.length > 0 ? perRoute * TRIES : 0;
    const variations = Math.max(sets.length, tries);
    for (let i = 0; i < variations && target.sent.size < perRoute; i++) {
      const values = sets[i % sets.length];
      const choose = (parameter: OpenApiParameter) => this.#choose(parameter, i);
      add(composeRequest({ target, values, choose, as }));
      if (i === 0 && as !== 'none' && target.sent.size === 1) {
        add(composeRequest({ target, values, choose, as: 'none' }));
      }
    }
    for (const path of target.links) {
      add({ method: target.method, path, headers: {}, as });
    }
    target.links.clear();
    return wave;
  }

  /** Sets of values for the parameters of the path. */
  #valuesFor(
    { path, operation, sent }: Target,
    mayBeSampled: boolean,
  ): Array<Record<string, SideValues>> {
    const names = routeParameters(path) ?? [];
    if (names.length === 0) {
      return [{}];
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
export function requestKey({ path, as, variables }: ParityRequest): string {
  return JSON.stringify([path, as, variables]);
}
