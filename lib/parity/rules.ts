import { orderPath } from './compare-json';
import { SAME_JSON_VALUE, type ParityDifference } from './difference';
import type { ParityRequest } from './request';
import { TIMESTAMP, UUID } from './value-formats';

/** What a rule may look at beside the difference itself. */
export interface ParityRuleContext {
  readonly request: ParityRequest;
  readonly leftBaseUrl: string;
  readonly rightBaseUrl: string;
  /** When the comparison (or the older of the two backends) began, and now; milliseconds since 1970. */
  readonly began: number;
  readonly now: number;
  /** How far the clocks of the sides are ahead of this one, in milliseconds; 0 as far as can be told. */
  readonly clocks: { readonly left: number; readonly right: number };
  /** True for a value that the left side itself gives differently each time, at the same place. */
  isNoise(difference: ParityDifference): boolean;
  /** True for values that requests captured, each from its side, and for texts that hold them. */
  isCaptured(difference: ParityDifference): boolean;
  /** Remembers that two ids stand for each other; false when one of them already has another partner. */
  pair(left: string, right: string): boolean;
}

/** Explains a kind of difference that is no change of behaviour. */
export interface ParityRule {
  readonly name: string;
  /** Shown in reports, in plain words. */
  readonly reason: string;
  explains(difference: ParityDifference, context: ParityRuleContext): boolean;
}

/** Of headers that differ between any two answers: they never count, not even as explained. */
export const TRANSPORT_RULE = 'transport-header';

/** Of headers that differ only because an explained difference of the body does. */
export const BODY_HEADER_RULE = 'body-header';

/** Tables in which backends keep the keys that they sign tokens with. */
const KEY_TABLE = /\/(?:backstage_backend_public_keys__keys|signing_keys)$/;

function ofHeader(...names: string[]): (difference: ParityDifference) => boolean {
  return ({ part, path }) => part === 'header' && names.includes(path);
}

/**
 * The rules that hold for any two backends, in the order in which they are asked. Whatever they do not
 * explain is a mismatch.
 */
export const defaultRules: readonly ParityRule[] = [
  {
    name: TRANSPORT_RULE,
    reason: 'belongs to the connection or the moment, not to the answer',
    explains: ofHeader(
      'date',
      'connection',
      'keep-alive',
      'transfer-encoding',
      'sec-websocket-accept',
    ),
  },
  {
    name: 'own-address',
    reason: 'each side names its own address',
    // Where neither side answers there is nothing to compare.
    explains: ({ part, left, right }, { leftBaseUrl, rightBaseUrl }) =>
      part !== 'answer' &&
      typeof left === 'string' &&
      typeof right === 'string' &&
      withoutAddress(left, leftBaseUrl) === withoutAddress(right, rightBaseUrl),
  },
  {
    name: 'timestamp',
    reason: 'both are moments of this run',
    explains: ({ part, left, right }, { began, now, clocks }) => {
      const isOfRun = (value: unknown, ahead: number) => {
        const moment = (readMoment(value) ?? NaN) - ahead;
        return moment >= began - 1_000 && moment <= now + 1_000;
      };
      return (
        part === 'body' &&
        typeof left === typeof right &&
        isOfRun(left, clocks.left) &&
        isOfRun(right, clocks.right)
      );
    },
  },
  {
    name: 'expiry',
    reason: 'both expire at the same moment, to the second',
    explains: ({ part, path, left, right }) =>
      part === 'header' &&
      /^(?:expires|set-cookie \S+ expires)$/.test(path) &&
      Math.abs(Date.parse(String(left)) - Date.parse(String(right))) <= 2_000,
  },
  {
    name: 'generated-id',
    reason: 'random ids, which stand for each other throughout',
    explains: ({ left, right }, { pair }) =>
      typeof left === 'string' &&
      typeof right === 'string' &&
      left.replace(UUID, '') === right.replace(UUID, '') &&
      pairAll(left.match(UUID) ?? [], right.match(UUID) ?? [], pair),
  },
  {
    name: 'captured-value',
    reason: 'captured from an answer: each side has its own',
    explains: (difference, { isCaptured }) => isCaptured(difference),
  },
  {
    name: 'own-keys',
    reason: 'each side signs with keys of its own',
    explains: (_difference, { request }) =>
      request.method === 'STATE' && KEY_TABLE.test(request.path),
  },
  {
    name: 'task-times',
    reason: 'each side decides for itself when a task runs next',
    explains: ({ path }, { request }) =>
      request.method === 'STATE' &&
      request.path.endsWith('/backstage_backend_tasks__tasks') &&
      /\.(?:next_run_start_at|current_run_\w+|last_run_\w+)$/.test(path),
  },
  {
    name: 'next-run',
    reason: 'each side decides for itself when it works on this next',
    explains: ({ path, left, right }, { request }) =>
      request.method === 'STATE' &&
      /\.next_\w+_at$/.test(path) &&
      [left, right].every(value => readMoment(value) !== undefined),
  },
  {
    name: 'member-order',
    reason: 'the same JSON value, written in another order or layout',
    explains: ({ part, path }) => part === 'body' && path === SAME_JSON_VALUE,
  },
  {
    name: 'list-order',
    reason:
      'the order does not count: the request says so, or the old side gives another each time',
    explains: ({ part, path }) => part === 'body' && path.endsWith(orderPath('')),
  },
  {
    name: 'noise',
    reason: 'the old side gives another value each time it is asked',
    explains: (difference, { isNoise }) => isNoise(difference),
  },
];

function withoutAddress(text: string, baseUrl: string): string {
  const { host, port } = new URL(baseUrl);
  return text
    .replaceAll(baseUrl, '{own address}')
    .replaceAll(host, '{own address}')
    .replaceAll(`127.0.0.1:${port}`, '{own address}');
}

function pairAll(
  left: string[],
  right: string[],
  pair: (left: string, right: string) => boolean,
): boolean {
  return (
    left.length > 0 &&
    left.length === right.length &&
    left.every((id, i) => pair(id.toLowerCase(), right[i].toLowerCase()))
  );
}

/** Milliseconds since 1970 of a time in a form that APIs use. */
function readMoment(value: unknown): number | undefined {
  if (typeof value === 'number') {
    // Seconds where it can not be milliseconds.
    return value < 1e11 ? value * 1_000 : value;
  }
  if (typeof value === 'string' && TIMESTAMP.test(value)) {
    // A time without a zone is one of a database, in UTC.
    const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value.replace(' ', 'T')}Z`;
    return Date.parse(zoned);
  }
  return undefined;
}
