import type { JsonValue } from '@backstage/types';

type Condition = (value: JsonValue | undefined) => boolean;

const always: Condition = () => true;
const isText: Condition = value => typeof value === 'string' && value !== '';
const isMissing: Condition = value => value === undefined;

/** Paths of settings, and which of their mistakes stop no start. */
const TOLERATED: Array<[path: RegExp, condition: Condition]> = [
  [/^backend\.baseUrl$/, isText],
  [/^backend\.server\.(?:headersTimeout|requestTimeout|keepAliveTimeout|timeout)\b/, always],
  [/^backend\.referrer\.policy$/, isMissing],
  [/^backend\.rateLimit\.store\.type$/, isText],
  [/^backend\.logger\.level$/, isText],
  [/^backend\.reading\.allow\[\d+\]\.host$/, isText],
  [/^backend\.cache\.connection$/, isMissing],
  [/^backend\.cache\.(?:redis|valkey)\.cluster\.rootNodes$/, isMissing],
  [/^backend\.cache\.infinispan\.(?:version|mediaType|dataFormat\.\w+)$/, isText],
];

/**
 * Whether stock Backstage starts with a mistake, with or without a warning: it takes the default
 * instead, or the value as it is. Whoever has lived with such a mistake must be able to move.
 *
 * @param path - of the value
 */
export function isToleratedMistake(path: string, value: JsonValue | undefined): boolean {
  return TOLERATED.some(([pattern, condition]) => pattern.test(path) && condition(value));
}
