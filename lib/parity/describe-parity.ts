import * as nodeTest from 'node:test';
import { Comparison, type ComparisonOptions } from './comparison';
import { formatResult } from './format-report';
import type { ParityObservation } from './observation';
import type { ParityResult } from './report';
import { describeRequest, type ParityCondition, type ParityRequest } from './request';
import type { ParitySubject } from './subject';

/** Options of {@link describeParity}. */
export interface DescribeParityOptions extends Omit<
  ComparisonOptions,
  'left' | 'right' | 'leftCopy' | 'signal'
> {
  /** The backend that is right by definition, or what starts it before the first test. */
  left: ParitySubject | (() => ParitySubject | Promise<ParitySubject>);
  right: ParitySubject | (() => ParitySubject | Promise<ParitySubject>);
  /** Another backend like the left one: what both give differently is noise. */
  leftCopy?: ParitySubject | (() => ParitySubject | Promise<ParitySubject>);
  /** A test each, in this order. */
  requests: readonly ParityRequest[];
  /** What is compared beside the answers, in a last test each. */
  observe?: readonly ParityObservation[];
  /** Waited for on both sides before the first test. */
  waitFor?: readonly ParityCondition[];
  /** How long the start of the backends may take, in milliseconds; defaults to two minutes. */
  startTimeout?: number;
}

type Body = () => Promise<void>;

interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: Body): unknown;
  before(body: Body, timeoutMs: number): unknown;
  after(body: Body): unknown;
}

/**
 * Compares two backends in the tests of a project: each request becomes a test, which fails with the
 * differences that nothing explains. The backends are stopped afterwards. Works under Mocha, Jest, Vitest
 * (with its globals) and `node --test`.
 *
 * @example
 * describeParity('catalog', {
 *   left: () => startCommandSubject({ name: 'old', command: 'npm start', cwd: '../old' }),
 *   right: () => startCommandSubject({ name: 'new', command: 'npm start', cwd: '.' }),
 *   requests: parseRequests('requests: [GET /api/catalog/entities]', 'here').requests,
 * });
 */
export function describeParity(title: string, options: DescribeParityOptions): void {
  const { requests, observe = [], waitFor = [], startTimeout = 120_000 } = options;
  const { describe, it, before, after } = findRunner();
  describe(title, () => {
    const subjects: ParitySubject[] = [];
    let comparison: Comparison;
    let rightBaseUrl: string;

    before(async () => {
      const start = async (side: DescribeParityOptions['left']) => {
        const subject = typeof side === 'function' ? await side() : side;
        subjects.push(subject);
        return subject;
      };
      // Both, so that what has started is known when the other fails.
      const sides = [options.left, options.right, ...(options.leftCopy ? [options.leftCopy] : [])];
      const starts = sides.map(start);
      await Promise.allSettled(starts);
      const [left, right, leftCopy] = await Promise.all(starts);
      comparison = new Comparison({ ...options, left, right, leftCopy });
      rightBaseUrl = right.baseUrl;
      await comparison.waitFor(waitFor);
    }, startTimeout);

    after(async () => {
      comparison?.close();
      await Promise.all(subjects.map(subject => subject.stop()));
    });

    for (const request of requests) {
      it(describeRequest(request), async () => {
        failIfDifferent([await comparison.compare(request)], rightBaseUrl);
      });
    }
    for (const observation of observe) {
      it(`${observation.name} after all requests`, async () => {
        failIfDifferent(await comparison.observe(observation), rightBaseUrl);
      });
    }
  });
}

function failIfDifferent(results: readonly ParityResult[], rightBaseUrl: string): void {
  const found = results.filter(({ verdict }) => verdict === 'mismatched' || verdict === 'missing');
  if (found.length > 0) {
    throw new Error(found.map(result => formatResult(result, rightBaseUrl)).join('\n'));
  }
}

/** The runner that shows itself by its globals, or the one of Node.js. */
function findRunner(): Runner {
  const { describe, it, before, after, beforeAll, afterAll } = globalThis as Record<string, any>;
  if (describe && beforeAll) {
    return { describe, it, before: beforeAll, after: afterAll };
  }
  if (describe && before) {
    return {
      describe,
      it,
      before: (body, timeoutMs) =>
        before(function startBackends(this: { timeout(ms: number): void }) {
          this.timeout(timeoutMs);
          return body();
        }),
      after,
    };
  }
  return {
    describe: nodeTest.describe,
    it: nodeTest.it,
    before: (body, timeout) => nodeTest.before(body, { timeout }),
    after: body => nodeTest.after(body),
  };
}
