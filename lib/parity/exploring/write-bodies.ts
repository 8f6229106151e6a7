import { isObject } from '../compare-json';
import type { ParityRequest } from '../request';
import { routeKey } from '../routes/route-pattern';
import { TIMESTAMP, UUID } from '../value-formats';
import type { Target } from './targets';

/** What a request that changes something sends. */
export type WriteBody = Pick<ParityRequest, 'body'> & {
  readonly headers?: ParityRequest['headers'];
};

/** Refused by whoever reads JSON, and a good test of how. */
const BROKEN: WriteBody = { body: '{', headers: { 'content-type': 'application/json' } };
const NONE: WriteBody = {};
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 5;
/** What a backend gives to what it makes. */
const GIVEN =
  /^(?:id|uid|uuid|_id|etag|rev|revision)$|(?:created|updated|modified)(?:_?(?:at|on|by))?$/i;

/**
 * Finds bodies for endpoints that change something: what a document makes up, or else what the endpoint
 * gives when it is read.
 */
export class WriteBodies {
  readonly #answers = new Map<string, unknown>();

  /** @param path - of the route that was read */
  learnAnswer(path: string, answer: unknown): void {
    const key = routeKey({ method: 'GET', path });
    if (!this.#answers.has(key)) {
      this.#answers.set(key, shapeOf(elementOf(answer)));
    }
  }

  /** What is worth sending, the most telling first. */
  of({ method, path, operation }: Target): readonly WriteBody[] {
    if (method === 'DELETE' || (operation && operation.body === undefined)) {
      return [NONE];
    }
    const body = operation ? operation.body : this.#answers.get(routeKey({ method: 'GET', path }));
    return [...(body === undefined ? [] : [{ body }]), { body: {} }, BROKEN];
  }
}

/** One of those that a list holds, or that an object with a list does. */
function elementOf(answer: unknown): unknown {
  const lists = isObject(answer) ? Object.values(answer) : [answer];
  const list = lists.find(each => Array.isArray(each) && isObject(each[0])) as unknown[];
  return list ? list[0] : answer;
}

/** An object without what the backend has given to it; undefined where nothing is left. */
function shapeOf(value: unknown): unknown {
  const shape = isObject(value) ? withoutGiven(value, MAX_DEPTH) : undefined;
  const isTelling = isObject(shape) && Object.keys(shape).length > 0;
  return isTelling && JSON.stringify(shape).length <= MAX_LENGTH ? shape : undefined;
}

function withoutGiven(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    return value.filter(each => !isGiven(each)).map(each => withoutGiven(each, depth - 1));
  }
  return isObject(value) && depth > 0
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([name, each]) => !GIVEN.test(name) && !isGiven(each))
          .map(([name, each]) => [name, withoutGiven(each, depth - 1)]),
      )
    : value;
}

function isGiven(value: unknown): boolean {
  return typeof value === 'string' && (TIMESTAMP.test(value) || value.search(UUID) !== -1);
}
