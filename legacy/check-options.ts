import { durationToMilliseconds, type HumanDuration } from '@backstage/types';
import { describeValue } from './describe-value';
import type { LegacyPluginOptions } from './legacy-plugin-options';

/** Env ids become names of databases and files, so they may hold nothing else. */
const ENV_ID_PATTERN = /^[a-z0-9_-]+$/i;

/** What each option has to be, and how that is said. */
const OPTIONS: {
  [name in keyof Required<LegacyPluginOptions>]: [what: string, is: (value: any) => boolean];
} = {
  envId: [
    `must match the pattern ${ENV_ID_PATTERN}`,
    value => isText(value) && ENV_ID_PATTERN.test(value),
  ],
  path: ["must be a path like '/metrics'", isText],
  routers: [
    "must be paths by the names of the routers, like { router: '/api/todo' }",
    value => isObject(value) && Object.values(value).every(isText),
  ],
  auth: [
    "must be an object like { allow: ['/health'] }",
    value => isObject(value) && Object.keys(value).every(key => key === 'allow'),
  ],
  keys: ['must be an object of keys of the environment', isObject],
  args: ['must be a list of what createRouter is given after the environment', Array.isArray],
  middlewares: [
    'must be a list of request handlers',
    value => Array.isArray(value) && value.every(isFunction),
  ],
  startTimeout: [
    'must be a time in milliseconds that is greater than 0, or a duration like { minutes: 1 }',
    value => toMilliseconds(value) > 0,
  ],
  onShutdown: ['must be a function', isFunction],
};

/** Says what is wrong with the options of a legacy plugin. */
export function* findOptionProblems(options: unknown): Generator<string> {
  if (!isObject(options)) {
    yield `its options must be an object, not ${describeValue(options)}`;
    return;
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      yield `it has no option '${name}'. The options are ${Object.keys(OPTIONS).join(', ')}`;
      continue;
    }
    const [what, is] = OPTIONS[name as keyof LegacyPluginOptions];
    if (value !== undefined && !is(value)) {
      yield `its ${name} ${what}, not ${describeValue(value)}`;
    }
  }
  const { allow } = ((options as LegacyPluginOptions).auth ?? {}) as { allow?: unknown };
  if (allow !== undefined && !Array.isArray(allow)) {
    yield `its auth.allow must be a list of routes like ['/health'], not ${JSON.stringify(allow)}`;
  }
}

function toMilliseconds(value: unknown): number {
  try {
    return typeof value === 'number' ? value : durationToMilliseconds(value as HumanDuration);
  } catch {
    return NaN;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
