import type { ParityRule } from '../parity';

/** How `jose` names what is wrong with a token; old backends passed it on. */
const OLD_REFUSALS = [
  /^Invalid (?:JWT|Compact JWS|Token or Protected Header formatting)$/,
  /^JWS (?:Protected Header|Payload) is invalid$/,
  /^signature verification failed$/,
  /^no applicable key found in the JSON Web Key Set$/,
  /^"(?:alg|exp|nbf|iat|aud|iss)" (?:\(.*\) Header Parameter value not allowed|claim .*)$/,
  /^unexpected "(?:aud|iss)" claim value$/,
  /^No token specified$/,
];

/** The new backend system does not tell the caller. */
const NEW_REFUSALS = ['Illegal token', 'Failed user token verification'];

/** What the scheduler of the new system has done to its tables, on which old schedulers run as well. */
const SCHEDULER_TABLES = /\/backstage_backend_tasks__(?:knex_migrations|tasks)$/;

/** Explains the differences that are known to come with the new backend system itself. */
export const migrationRules: readonly ParityRule[] = [
  {
    name: 'token-refusal',
    reason: 'the new backend system does not tell callers what is wrong with a token',
    explains: ({ part, path, left, right }) =>
      part === 'body' &&
      path === '$.error.message' &&
      OLD_REFUSALS.some(refusal => refusal.test(String(left))) &&
      NEW_REFUSALS.includes(String(right)),
  },
  {
    name: 'error-path',
    reason: 'plugins of the new backend system answer errors with the path below their own',
    explains: ({ part, path, left, right }) =>
      part === 'body' &&
      path === '$.request.url' &&
      typeof left === 'string' &&
      typeof right === 'string' &&
      left.endsWith(right) &&
      /^\/api\/[^/]+$/.test(left.slice(0, -right.length)),
  },
  {
    name: 'scheduler-tables',
    reason: 'the scheduler of the new system adds to its tables, and the old one runs on them, too',
    explains: ({ path, left }, { request }) =>
      request.method === 'STATE' &&
      SCHEDULER_TABLES.test(request.path) &&
      (left === undefined || /^\$(?:\.count|\.columns\.next_run_start_at\.nullable)$/.test(path)),
  },
];
