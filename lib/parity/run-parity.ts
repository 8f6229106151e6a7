import { setTimeout as delay } from 'node:timers/promises';
import { Comparison, type ComparisonOptions } from './comparison';
import { Explorer, type ExploreOptions } from './exploring/explorer';
import type { ParityReport, ParityResult } from './report';
import type { ParityObservation } from './observation';
import { mayOverlap, type ParityCondition, type ParityRequest } from './request';
import { waitUntilSettled } from './exploring/wait-until-settled';
import { measureCoverage } from './routes/measure-coverage';
import { readSideRoutes, type SideRoutes } from './routes/side-routes';
import type { ParitySubject } from './subject';

/** Options of {@link runParity}. */
export interface RunParityOptions extends ComparisonOptions {
  /** Sent in this order, each to both sides at once; read one at a time. */
  requests: Iterable<ParityRequest> | AsyncIterable<ParityRequest>;
  /** Waited for on both sides before the first request. */
  waitFor?: readonly ParityCondition[];
  /**
   * How many requests that change nothing may be under way at the same time; defaults to 1. A request
   * that changes or captures something waits for those before it, and those after it wait for it.
   */
  concurrency?: number;
  /** What is compared beside the answers, once all requests were sent. */
  observe?: readonly ParityObservation[];
  /** Makes up further requests, for the routes that can be seen; absent for none. */
  explore?: ExploreOptions;
  /** Called with each result, in the order of the requests, as soon as there is one. */
  onResult?(result: ParityResult): void;
}

/** After so many requests in a row without an answer, a side has died or hangs. */
const MAX_SILENCE = 5;
/** Milliseconds. */
const END_NOTICED_AFTER = 250;

/**
 * Sends the same requests to two backends and compares what a client can see of the answers.
 *
 * A difference that no rule explains is checked for noise: the left side is asked again, and what then
 * differs from its own first answer at the same place is ignored for that reason.
 *
 * When the run is ended by its signal, or a side dies, the report holds what was compared until then, and says
 * so as `stopped`.
 *
 * @throws ParityError CONDITION_NOT_MET when a side never gets ready for the comparison
 */
export async function runParity(options: RunParityOptions): Promise<ParityReport> {
  const { left, right, waitFor = [], observe = [], signal, onResult } = options;
  let explorer: Explorer | undefined;
  const comparison = new Comparison({
    ...options,
    onAnswers(...answers) {
      options.onAnswers?.(...answers);
      explorer?.learn(...answers);
    },
  });
  const results: ParityResult[] = [];
  let stopped: string | undefined;
  let routes: SideRoutes | undefined;
  try {
    await comparison.waitFor(waitFor);
    routes = await readSideRoutes(left, right);
    if (options.explore) {
      explorer = new Explorer(routes.routes, options.explore);
      await waitUntilSettled(
        comparison,
        explorer.probes(),
        options.explore.settle ?? 5_000,
        signal,
      );
    }
    const requests = explorer ? explorer.requests(options.requests) : options.requests;
    for await (const result of compareInOrder(comparison, { ...options, requests })) {
      if (signal?.aborted) {
        break;
      }
      results.push(result);
      onResult?.(result);
      stopped = (await describeEnd(left, right, results)) ?? describeEndOf(options.leftCopy);
      if (stopped) {
        break;
      }
    }
    const last = stopped || signal?.aborted ? [] : await lookAtTheWhole(comparison, observe);
    for (const result of last) {
      results.push(result);
      onResult?.(result);
    }
  } finally {
    comparison.close();
  }
  if (signal?.aborted) {
    stopped = (signal.reason as Error | undefined)?.message ?? 'interrupted';
  }
  const coverage = routes && measureCoverage(routes, results, explorer?.reasons());
  return Object.freeze({
    left: left.name,
    right: right.name,
    began: new Date(comparison.began).toISOString(),
    equal:
      !stopped && results.every(({ verdict }) => verdict === 'matched' || verdict === 'ignored'),
    ...(stopped && { stopped }),
    results: Object.freeze(results),
    ...(coverage && { coverage }),
  });
}

/** What only shows when all requests were sent. */
async function lookAtTheWhole(
  comparison: Comparison,
  observe: readonly ParityObservation[],
): Promise<ParityResult[]> {
  const results: ParityResult[] = [];
  for (const observation of observe) {
    results.push(...(await comparison.observe(observation)));
  }
  return [...results, ...comparison.reviewNoise()];
}

async function* compareInOrder(
  comparison: Comparison,
  { requests, concurrency = 1, signal }: RunParityOptions,
): AsyncGenerator<ParityResult> {
  const underWay: Array<Promise<ParityResult>> = [];
  for await (const request of requests) {
    if (signal?.aborted) {
      return;
    }
    while (underWay.length >= concurrency || (!mayOverlap(request) && underWay.length > 0)) {
      yield await underWay.shift()!;
    }
    if (mayOverlap(request)) {
      underWay.push(comparison.compare(request));
    } else {
      yield await comparison.compare(request);
    }
  }
  while (underWay.length > 0) {
    yield await underWay.shift()!;
  }
}

async function describeEnd(
  left: ParitySubject,
  right: ParitySubject,
  results: readonly ParityResult[],
): Promise<string | undefined> {
  const sides = [
    { subject: left, side: 'left' },
    { subject: right, side: 'right' },
  ] as const;
  for (const { subject, side } of sides) {
    const last = results.filter(({ unsent }) => !unsent).slice(-MAX_SILENCE);
    if (last.at(-1)?.[side]) {
      continue;
    }
    const end = await noticeEnd(subject);
    if (end) {
      return `the ${subject.name} backend ended with ${end}`;
    }
    if (last.length === MAX_SILENCE && last.every(result => !result[side])) {
      return `the ${subject.name} backend did not answer ${MAX_SILENCE} requests in a row`;
    }
  }
  return undefined;
}

/** Without it, what follows would be measured otherwise than what came before. */
function describeEndOf(copy: ParitySubject | undefined): string | undefined {
  const end = copy?.ended?.();
  return end && `the ${copy!.name} backend ended with ${end}`;
}

/** Its connections break a moment before a process has ended. */
async function noticeEnd(subject: ParitySubject): Promise<string | undefined> {
  const giveUp = Date.now() + END_NOTICED_AFTER;
  while (subject.ended && !subject.ended() && Date.now() < giveUp) {
    await delay(10);
  }
  return subject.ended?.();
}
