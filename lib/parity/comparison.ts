import { setMaxListeners } from 'node:events';
import type { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { compareResponses } from './compare';
import { wildcardPath } from './compare-json';
import type { ParityDifference } from './difference';
import { ParityError } from './errors';
import { createAgent, exchange, type ParityResponse } from './exchange';
import { IdPairs } from './id-pairs';
import type { ParityIdentity } from './identity';
import { explainDifferences } from './judge';
import { maskDifference, maskRequest } from './mask-secrets';
import { NoiseMemory, type EndpointNoise } from './noise';
import type { ParityResult, ParityVerdict } from './report';
import { describeRequest, isSafe, type ParityCondition, type ParityRequest } from './request';
import { TRANSPORT_RULE, defaultRules, type ParityRule, type ParityRuleContext } from './rules';
import type { ParitySubject } from './subject';

/** Options of a comparison of two backends. */
export interface ComparisonOptions {
  /** The backend that is right by definition: usually the old one. */
  left: ParitySubject;
  right: ParitySubject;
  /** Whose tokens are sent where a request says `as`; required when one does. */
  identity?: Pick<ParityIdentity, 'tokenFor'>;
  /** Asked before the default rules. */
  rules?: readonly ParityRule[];
  /** When the older of the two backends began to run; defaults to now. Milliseconds since 1970. */
  began?: number;
  /** Milliseconds for each condition and each request; defaults to 30 seconds. */
  timeout?: number;
  /** The most bytes of an answer's body; defaults to 100 MiB. */
  maxBodySize?: number;
  /** Gives up the requests that are under way. */
  signal?: AbortSignal;
}

/** How often the left side is asked again, at most, while something is unexplained. */
const MAX_SAMPLES = 8;
/** How often once an endpoint was asked often enough to know its noise. */
const FEW_SAMPLES = 2;
const WELL_KNOWN = 24;

/** Two backends that are sent the same requests, and what has been learned about them. */
export class Comparison {
  readonly began: number;
  readonly #options: ComparisonOptions;
  readonly #rules: readonly ParityRule[];
  readonly #agents: Map<ParitySubject, Agent>;
  readonly #pairs = new IdPairs();
  readonly #noise = new NoiseMemory();
  readonly #timeout: number;

  constructor(options: ComparisonOptions) {
    this.#options = options;
    this.#rules = [...(options.rules ?? []), ...defaultRules];
    this.#timeout = options.timeout ?? 30_000;
    this.#agents = new Map(
      [options.left, options.right].map(subject => [subject, createAgent(subject)]),
    );
    this.began = options.began ?? Date.now();
    if (options.signal) {
      // Each request that is under way listens.
      setMaxListeners(0, options.signal);
    }
  }

  /** Sends a request to both sides at once and judges how the answers differ. */
  async compare(request: ParityRequest): Promise<ParityResult> {
    const { left, right } = this.#options;
    const [leftAnswer, rightAnswer] = await Promise.all([
      attempt(() => this.#send(left, request)),
      attempt(() => this.#send(right, request)),
    ]);
    const differences = await this.#explain(request, leftAnswer, rightAnswer);
    return Object.freeze({
      request: maskRequest(request),
      verdict: judge(differences, leftAnswer.response, rightAnswer.response),
      differences: Object.freeze(differences.map(maskDifference)),
      left: summarise(leftAnswer.response),
      right: summarise(rightAnswer.response),
    });
  }

  /**
   * Repeats requests on both sides until the answers hold what they should.
   *
   * @throws ParityError CONDITION_NOT_MET when a side never gets there
   */
  async waitFor(conditions: readonly ParityCondition[]): Promise<void> {
    const { left, right } = this.#options;
    await Promise.all(
      [left, right].map(async subject => {
        for (const condition of conditions) {
          await this.#waitForOne(subject, condition);
        }
      }),
    );
  }

  /** Closes the connections. */
  close(): void {
    this.#agents.forEach(agent => agent.destroy());
  }

  async #explain(
    request: ParityRequest,
    left: Answer,
    right: Answer,
  ): Promise<readonly ParityDifference[]> {
    const noise = this.#noise.of(request);
    let judgement = this.#judge(request, left, right, noise);
    const limit = noise.samples < WELL_KNOWN ? MAX_SAMPLES : FEW_SAMPLES;
    const samples = left.response && isSafe(request) ? limit : 0;
    for (let i = 0; i < samples && judgement.differences.some(mayBeNoise); i++) {
      const { response } = await attempt(() => this.#send(this.#options.left, request));
      if (response) {
        noise.learn(left.response!, response);
        judgement = this.#judge(request, left, right, noise);
      }
    }
    judgement.keepIds();
    return judgement.differences;
  }

  #judge(
    request: ParityRequest,
    left: Answer,
    right: Answer,
    noise: EndpointNoise,
  ): { differences: readonly ParityDifference[]; keepIds(): void } {
    const ids = this.#pairs.suggest();
    const context: ParityRuleContext = {
      request,
      leftBaseUrl: this.#options.left.baseUrl,
      rightBaseUrl: this.#options.right.baseUrl,
      began: this.began,
      now: Date.now(),
      isNoise: difference => noise.explains(difference),
      pair: ids.pair,
    };
    const unordered = (request.unordered ?? []).map(wildcardPath);
    const differences = compareAnswers(
      left,
      right,
      path => unordered.includes(path) || noise.isUnordered(path),
    );
    return {
      differences: explainDifferences(differences, this.#rules, context),
      keepIds: ids.keep,
    };
  }

  #send(subject: ParitySubject, request: ParityRequest): Promise<ParityResponse> {
    return exchange(subject, request, {
      token: this.#options.identity?.tokenFor(request.as),
      timeout: this.#timeout,
      maxBodySize: this.#options.maxBodySize,
      agent: this.#agents.get(subject),
      signal: this.#options.signal,
    });
  }

  async #waitForOne(subject: ParitySubject, { request, contains }: ParityCondition): Promise<void> {
    const giveUp = Date.now() + this.#timeout;
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const { response, error } = await attempt(() => this.#send(subject, request));
      if (response && String(response.body).includes(contains)) {
        return;
      }
      const end = subject.ended?.();
      if (end || Date.now() > giveUp) {
        const last = response ? `status ${response.status}` : error!.message;
        throw new ParityError(
          'CONDITION_NOT_MET',
          end
            ? `The ${subject.name} backend ended with ${end} before it answered ${describeRequest(request)}`
            : `The ${subject.name} backend did not answer ${describeRequest(request)} with '${contains}' within ${this.#timeout / 1000} s (last: ${last})`,
        );
      }
      await delay(100);
    }
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

function compareAnswers(
  left: Answer,
  right: Answer,
  isUnordered: (path: string) => boolean,
): ParityDifference[] {
  if (left.response && right.response) {
    return compareResponses(left.response, right.response, isUnordered);
  }
  const describe = ({ response, error }: Answer) =>
    response ? `status ${response.status}` : `no answer (${error!.message})`;
  return [{ part: 'answer', path: 'answer', left: describe(left), right: describe(right) }];
}

/** Statuses are no noise: a side that answers now so, now otherwise is worth a look. */
function mayBeNoise({ part, ignored }: ParityDifference): boolean {
  return !ignored && (part === 'header' || part === 'body');
}

function judge(
  differences: readonly ParityDifference[],
  left?: ParityResponse,
  right?: ParityResponse,
): ParityVerdict {
  if (differences.every(({ ignored }) => ignored?.rule === TRANSPORT_RULE)) {
    return 'matched';
  }
  if (differences.every(({ ignored }) => ignored)) {
    return 'ignored';
  }
  return left && left.status !== 404 && right?.status === 404 ? 'missing' : 'mismatched';
}

function summarise(response: ParityResponse | undefined): ParityResult['left'] {
  return response && { status: response.status, duration: Math.round(response.duration) };
}
