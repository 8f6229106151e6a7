import { isReordered } from './align-elements';
import { isObject, wildcardPath } from './compare-json';
import { followsFromBody } from './compare';
import { memberPath, type ParityDifference } from './difference';
import { readJson, type ParityResponse } from './exchange';
import { NoiseTrials, type NoiseThresholds, type SuspiciousPlace } from './noise-trials';
import type { ParityRequest } from './request';
import { formOf } from './value-formats';

/**
 * What one endpoint of the left side was seen to give differently each time it is asked: values, of
 * which it remembers the forms, and the order of lists.
 */
export class EndpointNoise {
  readonly #forms = new Map<string, Set<string>>();
  readonly #unordered = new Set<string>();
  readonly #trials = new NoiseTrials();
  /** How often the endpoint was asked again. */
  samples = 0;

  /** True where it is worth knowing how often the noise that was found occurs. */
  get wantsTrial(): boolean {
    return this.#forms.size > 0 && this.#trials.areWanted;
  }

  /** Counts where the left side's answer differs from the right side's, and where from its own. */
  count(fromRight: readonly ParityDifference[], fromItself: readonly ParityDifference[]): void {
    const placesOf = (differences: readonly ParityDifference[]) =>
      differences.filter(each => !each.ignored && !followsFromBody(each)).map(placeOf);
    this.#trials.add(placesOf(fromRight), placesOf(fromItself));
  }

  /** Places that were ignored as noise, although the right side differs there far more often. */
  suspicious(thresholds?: NoiseThresholds): SuspiciousPlace[] {
    return this.#trials.suspicious(thresholds).filter(({ place }) => this.#forms.has(place));
  }

  /**
   * Takes down how two answers to the same request differ.
   *
   * @param judge - lists and explains the differences: what a rule explains is no noise
   */
  learn(
    first: ParityResponse,
    again: ParityResponse,
    judge: () => readonly ParityDifference[],
  ): void {
    this.samples++;
    const [a, b] = [readJson(first), readJson(again)];
    if (a && b) {
      findReorderedLists('$', a.value, b.value, path => this.#unordered.add(wildcardPath(path)));
    }
    this.remember(judge());
  }

  /** Takes down where the left side differs from itself, as far as no rule explains it. */
  remember(differences: readonly ParityDifference[]): void {
    for (const difference of differences) {
      const { part, ignored, left, right } = difference;
      if (!ignored && (part === 'header' || part === 'body')) {
        const place = placeOf(difference);
        const forms = this.#forms.get(place) ?? new Set();
        this.#forms.set(place, forms.add(formOf(left)).add(formOf(right)));
      }
    }
  }

  /**
   * True where the left side differs from itself, as long as the right side's value has the same form.
   * Ids are left to the rule that pairs them: the same id for everything is no noise.
   */
  readonly explains = (difference: ParityDifference): boolean => {
    const form = formOf(difference.right);
    return form !== 'id' && Boolean(this.#forms.get(placeOf(difference))?.has(form));
  };

  /** True for a list that the left side gives in another order each time. */
  readonly isUnordered = (path: string): boolean => this.#unordered.has(path);
}

/** The noise of all endpoints. */
export class NoiseMemory {
  readonly #endpoints = new Map<string, EndpointNoise>();

  /** Endpoints, such as `GET /api/tea/*`, with the noise of each. */
  all(): Iterable<[endpoint: string, noise: EndpointNoise]> {
    return this.#endpoints;
  }

  of(request: ParityRequest): EndpointNoise {
    const endpoint = endpointOf(request);
    const known = this.#endpoints.get(endpoint) ?? new EndpointNoise();
    this.#endpoints.set(endpoint, known);
    return known;
  }
}

/** Method and path, without the query and with a `*` for each segment that looks like an id. */
export function endpointOf({ method, path }: Pick<ParityRequest, 'method' | 'path'>): string {
  const segments = path.split(/[?#]/)[0].split('/');
  return `${method} ${segments.map(each => (/^(?:\d+|[0-9a-f-]{16,})$/i.test(each) ? '*' : each)).join('/')}`;
}

function placeOf({ part, path }: ParityDifference): string {
  return `${part} ${wildcardPath(path)}`;
}

function findReorderedLists(
  path: string,
  left: unknown,
  right: unknown,
  onFound: (path: string) => void,
): void {
  if (Array.isArray(left) && Array.isArray(right)) {
    if (isReordered(left, right)) {
      onFound(path);
    }
    left.forEach((element, i) => findReorderedLists(`${path}[${i}]`, element, right[i], onFound));
  } else if (isObject(left) && isObject(right)) {
    for (const key of Object.keys(left)) {
      findReorderedLists(memberPath(path, key), left[key], right[key], onFound);
    }
  }
}
