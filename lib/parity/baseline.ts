import type { ParityDifference } from './difference';
import { ParityError } from './errors';
import { readText } from './read-text';
import type { ParityReport } from './report';
import type { ParityRequest } from './request';
import type { ParityRule } from './rules';
import { parseYamlLists } from './yaml-lists';

/** A difference that is known and accepted for a while. */
export interface AcceptedDifference {
  /** Method, path and query, for example `GET /api/tea/*`; `*` stands for any text. */
  readonly request: string;
  /** Where it is, as reports name it: `status`, a header, `$.items[*].name`; `*` stands for any text. */
  readonly path: string;
  readonly reason: string;
  /** The last day (UTC) on which it is accepted, as `2026-12-31`. */
  readonly expires: string;
}

const KEYS = ['request', 'path', 'reason', 'expires'] as const;

/**
 * Reads a YAML (or JSON) file with a list `accepted:` of `{ request, path, reason, expires }`.
 *
 * @throws ParityError BASELINE_UNREADABLE, or BASELINE_INVALID with line and column
 */
export async function readBaseline(file: string): Promise<AcceptedDifference[]> {
  const text = await readText(file, { code: 'BASELINE_UNREADABLE', what: 'baseline' });
  return parseBaseline(text, file);
}

/** Parses the text of a baseline; `file` is only for messages. See {@link readBaseline}. */
export function parseBaseline(text: string, file: string): AcceptedDifference[] {
  const lists = parseYamlLists(text, {
    file,
    mainKey: 'accepted',
    toError: message => new ParityError('BASELINE_INVALID', message),
  });
  return lists
    .read('accepted')
    .map(([value, at]) => readAccepted(value, problem => lists.fail(at, problem)));
}

function readAccepted(value: unknown, fail: (problem: string) => never): AcceptedDifference {
  if (typeof value !== 'object' || value === null) {
    return fail(`expected { ${KEYS.join(', ')} }`);
  }
  const entry = value as Record<string, unknown>;
  const unknownKey = Object.keys(entry).find(key => !KEYS.includes(key as (typeof KEYS)[number]));
  if (unknownKey) {
    fail(`unknown key '${unknownKey}', expected ${KEYS.join(', ')}`);
  }
  const missing = KEYS.find(key => typeof entry[key] !== 'string' || entry[key] === '');
  if (missing) {
    fail(`expected '${missing}: <text>': an accepted difference has ${KEYS.join(', ')}`);
  }
  const accepted = entry as unknown as AcceptedDifference;
  if (!/^\d{4}-\d\d-\d\d$/.test(accepted.expires) || Number.isNaN(Date.parse(accepted.expires))) {
    fail(`expected expires to be a day such as 2026-12-31, received '${accepted.expires}'`);
  }
  return accepted;
}

/** Rules that explain accepted differences until they expire. @param now - milliseconds since 1970 */
export function baselineRules(
  baseline: readonly AcceptedDifference[],
  now = Date.now(),
): ParityRule[] {
  return baseline
    .filter(accepted => !hasExpired(accepted, now))
    .map(accepted => ({
      name: 'baseline',
      reason: `${accepted.reason}; accepted until ${accepted.expires}`,
      explains: (difference, { request }) => isAbout(accepted, request, difference),
    }));
}

/** What a team should know about its baseline after a comparison. */
export interface BaselineReview {
  /** Differences that are there still, but accepted no longer. */
  readonly expired: readonly AcceptedDifference[];
  /** Differences that did not occur: they can be taken out. */
  readonly unused: readonly AcceptedDifference[];
}

/** @param now - milliseconds since 1970 */
export function reviewBaseline(
  baseline: readonly AcceptedDifference[],
  report: ParityReport,
  now = Date.now(),
): BaselineReview {
  const occurs = (accepted: AcceptedDifference) =>
    report.results.some(({ request, differences }) =>
      differences.some(difference => isAbout(accepted, request, difference)),
    );
  return {
    expired: baseline.filter(accepted => hasExpired(accepted, now) && occurs(accepted)),
    unused: baseline.filter(accepted => !occurs(accepted)),
  };
}

function hasExpired({ expires }: AcceptedDifference, now: number): boolean {
  return now >= Date.parse(expires) + 24 * 3_600 * 1_000;
}

function isAbout(
  accepted: AcceptedDifference,
  { method, path }: ParityRequest,
  difference: ParityDifference,
): boolean {
  return matches(accepted.path, difference.path) && matches(accepted.request, `${method} ${path}`);
}

function matches(pattern: string, text: string): boolean {
  const literal = (part: string) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's').test(text);
}
