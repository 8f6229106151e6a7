import { setTimeout as delay } from 'node:timers/promises';
import { compareResponses } from './compare';
import type { ParityDifference } from './difference';
import { ParityError } from './errors';
import { exchange, type ParityResponse } from './exchange';
import type { ParityIdentity } from './identity';
import { explainDifferences } from './judge';
import type { ParityReport, ParityResult, ParityVerdict } from './report';
import { describeRequest, type ParityCondition, type ParityRequest } from './request';
import { TRANSPORT_RULE, defaultRules, type ParityRule, type ParityRuleContext } from './rules';
import type { ParitySubject } from './subject';

/** Options of {@link runParity}. */
export interface RunParityOptions {
  /** The backend that is right by definition: usually the old one. */
  left: ParitySubject;
  right: ParitySubject;
  /** Sent in this order, each to both sides at once. */
  requests: readonly ParityRequest[];
  /** Waited for on both sides before the first request. */
  waitFor?: readonly ParityCondition[];
  /** Whose tokens are sent where a request says `as`; required when one does. */
  identity?: Pick<ParityIdentity, 'tokenFor'>;
  /** Asked before the default rules. */
  rules?: readonly ParityRule[];
  /** When the older of the two backends began to run; defaults to now. Milliseconds since 1970. */
  began?: number;
  /** Milliseconds for each condition and each request; defaults to 30 seconds. */
  timeout?: number;
  signal?: AbortSignal;
  /** Called with each result as soon as there is one. */
  onResult?(result: ParityResult): void;
}

/** How often the left side is asked again to see whether it differs from itself. */
const NOISE_SAMPLES = 2;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Sends the same requests to two backends and compares what a client can see of the answers.
 *
 * A difference that no rule explains is checked for noise: the left side is asked again, and what then
 * differs from its own first answer at the same place is ignored for that reason.
 *
 * @throws ParityError CONDITION_NOT_MET when a side never gets ready for the comparison
 */
export async function runParity(options: RunParityOptions): Promise<ParityReport> {
  const { left, right, requests, waitFor = [], signal, timeout = 30_000 } = options;
  const rules = [...(options.rules ?? []), ...defaultRules];
  const began = options.began ?? Date.now();
  const pairs = new IdPairs();
  const send = (subject: ParitySubject, request: ParityRequest) =>
    exchange(subject, request, { token: options.identity?.tokenFor(request.as), timeout });

  await Promise.all(
    [left, right].map(subject => waitForConditions(subject, waitFor, { send, timeout, signal })),
  );

  const results: ParityResult[] = [];
  for (const request of requests) {
    signal?.throwIfAborted();
    const [leftAnswer, rightAnswer] = await Promise.all([
      attempt(() => send(left, request)),
      attempt(() => send(right, request)),
    ]);
    const context: ParityRuleContext = {
      leftBaseUrl: left.baseUrl,
      rightBaseUrl: right.baseUrl,
      began,
      now: Date.now(),
      isNoise: () => false,
      pair: (a, b) => pairs.pair(a, b),
    };
    let differences = explainDifferences(compareAnswers(leftAnswer, rightAnswer), rules, context);
    if (
      leftAnswer.response &&
      SAFE_METHODS.includes(request.method) &&
      differences.some(unexplained)
    ) {
      const noisy = await measureNoise(leftAnswer.response, () => send(left, request));
      differences = explainDifferences(differences.map(withoutVerdict), rules, {
        ...context,
        isNoise: ({ part, path }) => noisy.has(`${part} ${path}`),
      });
    }
    const result = Object.freeze({
      request,
      verdict: judge(differences, leftAnswer.response, rightAnswer.response),
      differences: Object.freeze(differences),
      left: summarise(leftAnswer.response),
      right: summarise(rightAnswer.response),
    });
    results.push(result);
    options.onResult?.(result);
  }
  return Object.freeze({
    left: left.name,
    right: right.name,
    began: new Date(began).toISOString(),
    equal: results.every(({ verdict }) => verdict === 'matched' || verdict === 'ignored'),
    results: Object.freeze(results),
  });
}

/** Ids of the two sides that stand for each other: one to one, for the whole run. */
class IdPairs {
  readonly #rightOfLeft = new Map<string, string>();
  readonly #leftOfRight = new Map<string, string>();

  pair(left: string, right: string): boolean {
    if (!this.#rightOfLeft.has(left) && !this.#leftOfRight.has(right)) {
      this.#rightOfLeft.set(left, right);
      this.#leftOfRight.set(right, left);
    }
    return this.#rightOfLeft.get(left) === right && this.#leftOfRight.get(right) === left;
  }
}

type Answer = { response?: ParityResponse; error?: Error };

async function attempt(send: () => Promise<ParityResponse>): Promise<Answer> {
  try {
    return { response: await send() };
  } catch (error) {
    return { error: error as Error };
  }
}

function compareAnswers(left: Answer, right: Answer): ParityDifference[] {
  if (left.response && right.response) {
    return compareResponses(left.response, right.response);
  }
  const describe = ({ response, error }: Answer) =>
    response ? `status ${response.status}` : `no answer (${error!.message})`;
  return [{ part: 'answer', path: 'answer', left: describe(left), right: describe(right) }];
}

async function measureNoise(
  first: ParityResponse,
  again: () => Promise<ParityResponse>,
): Promise<Set<string>> {
  const noisy = new Set<string>();
  for (let i = 0; i < NOISE_SAMPLES; i++) {
    const { response } = await attempt(again);
    for (const { part, path } of response ? compareResponses(first, response) : []) {
      if (part === 'header' || part === 'body') {
        noisy.add(`${part} ${path}`);
      }
    }
  }
  return noisy;
}

function unexplained({ ignored }: ParityDifference): boolean {
  return !ignored;
}

function withoutVerdict({ ignored, ...difference }: ParityDifference): ParityDifference {
  return difference;
}

function judge(
  differences: ParityDifference[],
  left?: ParityResponse,
  right?: ParityResponse,
): ParityVerdict {
  if (differences.every(({ ignored }) => ignored?.rule === TRANSPORT_RULE)) {
    return 'matched';
  }
  if (!differences.some(unexplained)) {
    return 'ignored';
  }
  return left && left.status !== 404 && right?.status === 404 ? 'missing' : 'mismatched';
}

function summarise(response: ParityResponse | undefined): ParityResult['left'] {
  return response && { status: response.status, duration: Math.round(response.duration) };
}

async function waitForConditions(
  subject: ParitySubject,
  conditions: readonly ParityCondition[],
  options: {
    send(subject: ParitySubject, request: ParityRequest): Promise<ParityResponse>;
    timeout: number;
    signal?: AbortSignal;
  },
): Promise<void> {
  for (const { request, contains } of conditions) {
    const giveUp = Date.now() + options.timeout;
    for (;;) {
      options.signal?.throwIfAborted();
      const { response, error } = await attempt(() => options.send(subject, request));
      if (response && String(response.body).includes(contains)) {
        break;
      }
      if (Date.now() > giveUp) {
        const last = response ? `status ${response.status}` : error!.message;
        throw new ParityError(
          'CONDITION_NOT_MET',
          `The ${subject.name} backend did not answer ${describeRequest(request)} with '${contains}' within ${options.timeout / 1000} s (last: ${last})`,
        );
      }
      await delay(100);
    }
  }
}
