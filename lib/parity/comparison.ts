import { setMaxListeners } from 'node:events';
import type { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { compareResponses } from './compare';
import { compareJson, orderPath, wildcardPath } from './compare-json';
import type { ParityDifference } from './difference';
import { ParityError } from './errors';
import { isEventStream } from './event-stream';
import { createAgent, exchange, type ParityResponse } from './exchange';
import { IdPairs } from './id-pairs';
import type { ParityIdentity } from './identity';
import { explainDifferences } from './judge';
import { maskDifference, maskText, maskRequest } from './mask-secrets';
import type { NoiseThresholds } from './noise-trials';
import { NoiseMemory, type EndpointNoise } from './noise';
import { readPlaces, type ObservedPlace, type ParityObservation } from './observation';
import type { ParityResult, ParityVerdict } from './report';
import { describeRequest, isSafe, type ParityCondition, type ParityRequest } from './request';
import { checkExpectations } from './requests/expectations';
import { Variables } from './requests/variables';
import { TRANSPORT_RULE, defaultRules, type ParityRule, type ParityRuleContext } from './rules';
import { findSlowness } from './slowness';
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
  /** When differences at places that are noisy on the left side are more than noise. */
  noiseThresholds?: NoiseThresholds;
  /** Called with the answers to each request as they came, none where there was none. */
  onAnswers?(request: ParityRequest, left?: ParityResponse, right?: ParityResponse): void;
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
  readonly #variables = new Variables();
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
    const { onAnswers } = this.#options;
    let sent: ReturnType<Variables['fill']>;
    try {
      sent = this.#variables.fill(request);
    } catch (error) {
      onAnswers?.(request);
      return describeUnsent(request, error as Error);
    }
    const paths = this.#variables.describe(request);
    const [leftAnswer, rightAnswer] = await this.#sendToBoth(sent);
    const answers = [leftAnswer.response, rightAnswer.response] as const;
    onAnswers?.(request, ...answers);
    this.#variables.capture(request, ...answers);
    const differences = [
      ...(await this.#explain(request, sent.left, leftAnswer, rightAnswer)),
      ...checkExpectations(request.expect ?? {}, ...answers),
      ...(await this.#findSlowness(sent, ...answers)),
    ];
    return Object.freeze({
      request: maskRequest(request),
      ...(paths && { sent: { left: maskText(paths.left), right: maskText(paths.right) } }),
      verdict: judge(differences, isNotFoundOnRight(...answers)),
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

  /**
   * Sends a request to one side, beside the comparison.
   *
   * @param timeout - in milliseconds, where that is shorter than the usual one
   * @returns undefined where there is no answer
   */
  async ask(
    side: 'left' | 'right',
    request: ParityRequest,
    timeout: number,
  ): Promise<ParityResponse | undefined> {
    const shorter = Math.min(timeout, this.#timeout);
    return (await attempt(() => this.#send(this.#options[side], request, shorter))).response;
  }

  /** Looks at both sides beside their answers, and judges how they differ. */
  async observe(observation: ParityObservation): Promise<ParityResult[]> {
    const places = await readPlaces(observation);
    const results = places.map(place => this.#compareAt(place, observation.name));
    return results.sort((a, b) => (a.request.path < b.request.path ? -1 : 1));
  }

  /** What was ignored as noise, but differs far more often than the left side differs from itself. */
  reviewNoise(): ParityResult[] {
    const percent = (count: number, trials: number) => `${Math.round((100 * count) / trials)} %`;
    return [...this.#noise.all()].flatMap(([endpoint, noise]) =>
      noise.suspicious(this.#options.noiseThresholds).map(({ place, trials, raw, noise: own }) => {
        const [part, ...path] = place.split(' ');
        return Object.freeze({
          request: { method: 'NOISE', path: endpoint, headers: {}, as: 'none' } as const,
          observed: true,
          verdict: 'mismatched' as const,
          differences: [
            {
              part: part as ParityDifference['part'],
              path: path.join(' '),
              left: `differs from itself in ${percent(own, trials)} of ${trials} answers`,
              right: `differs in ${percent(raw, trials)}`,
            },
          ],
        });
      }),
    );
  }

  /** Closes the connections. */
  close(): void {
    this.#agents.forEach(agent => agent.destroy());
  }

  #compareAt({ path, left, right }: ObservedPlace, name: string): ParityResult {
    const request = { method: name, path, headers: {}, as: 'none' } as const;
    const ids = this.#pairs.suggest();
    const context = this.#context(request, ids.pair, () => false);
    const found = compareJson(left, right, () => true, this.#pairs.names).filter(
      each => !each.path.endsWith(orderPath('')),
    );
    const differences = explainDifferences(found, this.#rules, context);
    ids.keep();
    return Object.freeze({
      request,
      observed: true,
      verdict: judge(differences, left !== undefined && right === undefined),
      differences: Object.freeze(differences.map(maskDifference)),
    });
  }

  async #explain(
    request: ParityRequest,
    sentToLeft: ParityRequest,
    left: Answer,
    right: Answer,
  ): Promise<readonly ParityDifference[]> {
    const noise = this.#noise.of(request);
    await this.#tryNoise(noise, sentToLeft, left.response, right.response);
    let judgement = this.#judge(request, left, right, noise);
    const isKnown = noise.samples >= WELL_KNOWN || isStream(left.response);
    const limit = isKnown ? FEW_SAMPLES : MAX_SAMPLES;
    const samples = left.response && isSafe(request) ? limit : 0;
    for (let i = 0; i < samples && judgement.differences.some(mayBeNoise); i++) {
      const { response } = await attempt(() => this.#send(this.#options.left, sentToLeft));
      if (response) {
        noise.learn(left.response!, response);
        judgement = this.#judge(request, left, right, noise);
      }
    }
    // Answers that are not alike otherwise may not be about the same things.
    if (judgement.differences.every(({ ignored }) => ignored)) {
      judgement.keepIds();
    }
    return judgement.differences;
  }

  async #tryNoise(
    noise: EndpointNoise,
    request: ParityRequest,
    left?: ParityResponse,
    right?: ParityResponse,
  ): Promise<void> {
    if (noise.wantsTrial && left && right && isSafe(request) && !isStream(left)) {
      const { response } = await attempt(() => this.#send(this.#options.left, request));
      if (response) {
        noise.try(left, right, response);
      }
    }
  }

  async #findSlowness(
    sent: { left: ParityRequest; right: ParityRequest },
    left?: ParityResponse,
    right?: ParityResponse,
  ): Promise<ParityDifference[]> {
    if (!left || !right || !isSafe(sent.left) || isStream(left)) {
      return [];
    }
    const durations = { left: left.duration, right: right.duration };
    const slowness = await findSlowness(durations, async () => {
      const [{ response: a }, { response: b }] = await this.#sendToBoth(sent);
      return a && b && { left: a.duration, right: b.duration };
    });
    return slowness ? [slowness] : [];
  }

  #judge(
    request: ParityRequest,
    left: Answer,
    right: Answer,
    noise: EndpointNoise,
  ): { differences: readonly ParityDifference[]; keepIds(): void } {
    const ids = this.#pairs.suggest();
    const context = this.#context(request, ids.pair, difference => noise.explains(difference));
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

  #context(
    request: ParityRequest,
    pair: ParityRuleContext['pair'],
    isNoise: ParityRuleContext['isNoise'],
  ): ParityRuleContext {
    return {
      request,
      leftBaseUrl: this.#options.left.baseUrl,
      rightBaseUrl: this.#options.right.baseUrl,
      began: this.began,
      now: Date.now(),
      isNoise,
      isCaptured: difference => this.#variables.explains(request, difference),
      pair,
    };
  }

  #sendToBoth(sent: { left: ParityRequest; right: ParityRequest }): Promise<[Answer, Answer]> {
    return Promise.all([
      attempt(() => this.#send(this.#options.left, sent.left)),
      attempt(() => this.#send(this.#options.right, sent.right)),
    ]);
  }

  #send(
    subject: ParitySubject,
    request: ParityRequest,
    timeout = this.#timeout,
  ): Promise<ParityResponse> {
    return exchange(subject, request, {
      token: this.#options.identity?.tokenFor(request.as),
      timeout,
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

function describeUnsent(request: ParityRequest, { message }: Error): ParityResult {
  const difference = { part: 'answer', path: 'answer', left: message, right: message } as const;
  return Object.freeze({
    request: maskRequest(request),
    unsent: message,
    verdict: 'mismatched',
    differences: Object.freeze([difference]),
  });
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

/** @param isMissing - whether the right side lacks what the left side has */
function judge(differences: readonly ParityDifference[], isMissing: boolean): ParityVerdict {
  if (differences.every(({ ignored }) => ignored?.rule === TRANSPORT_RULE)) {
    return 'matched';
  }
  if (differences.every(({ ignored }) => ignored)) {
    return 'ignored';
  }
  return isMissing ? 'missing' : 'mismatched';
}

function isNotFoundOnRight(left?: ParityResponse, right?: ParityResponse): boolean {
  return left !== undefined && left.status !== 404 && right?.status === 404;
}

/** Takes a while each time it is asked. */
function isStream(response: ParityResponse | undefined): boolean {
  return response?.status === 101 || isEventStream(response?.headers['content-type']);
}

function summarise(response: ParityResponse | undefined): ParityResult['left'] {
  return response && { status: response.status, duration: Math.round(response.duration) };
}
