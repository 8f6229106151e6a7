import { compareAnswers, type Answer } from './answer';
import { compareJson, orderPath, wildcardPath } from './compare-json';
import type { ParityDifference } from './difference';
import { isEventStream } from './event-stream';
import type { ParityResponse } from './exchange';
import { IdPairs } from './id-pairs';
import { explainDifferences } from './judge';
import { maskAddress, maskDifference, maskRequest } from './mask-secrets';
import { Messenger, type MessengerOptions } from './messenger';
import type { NoiseThresholds } from './noise-trials';
import { EndpointNoise, NoiseMemory } from './noise';
import { readPlaces, type ObservedPlace, type ParityObservation } from './observation';
import type { ParityResult } from './report';
import { isSafe, type ParityCondition, type ParityRequest } from './request';
import { checkExpectations } from './requests/expectations';
import { Variables, type SentRequests } from './requests/variables';
import { defaultRules, type ParityRule, type ParityRuleContext } from './rules';
import { findSlowness } from './slowness';
import type { ParitySubject } from './subject';
import { describeSuspicious } from './suspicious-noise';
import { findVerdict } from './verdict';
import { waitUntilMet } from './wait-until-met';

/** Options of a comparison of two backends. */
export interface ComparisonOptions extends MessengerOptions {
  /** The backend that is right by definition: usually the old one. */
  left: ParitySubject;
  right: ParitySubject;
  /**
   * Another backend like the left one, with data of its own. It gets every request, too, and what it gives
   * otherwise than the left one is ignored as noise: also what the same backend always gives alike, such as
   * a list that is sorted by random ids.
   */
  leftCopy?: ParitySubject;
  /** Asked before the default rules. */
  rules?: readonly ParityRule[];
  /** When the older of the two backends began to run; defaults to now. Milliseconds since 1970. */
  began?: number;
  /** When differences at places that are noisy on the left side are more than noise. */
  noiseThresholds?: NoiseThresholds;
  /** Called with the answers to each request as they came, none where there was none. */
  onAnswers?(request: ParityRequest, left?: ParityResponse, right?: ParityResponse): void;
}

/** How often the left side is asked again, at most, while something is unexplained. */
const MAX_SAMPLES = 8;
/** How often once an endpoint was asked often enough to know its noise. */
const FEW_SAMPLES = 2;
const WELL_KNOWN = 24;

/** What the left side is compared with: the right side, its copy, or itself. */
interface Counterpart {
  readonly subject: ParitySubject;
  /** Which of its ids stand for which of the left side's. */
  readonly pairs: IdPairs;
  /** Absent for the left side itself, which has the same values. */
  readonly side?: 'right' | 'copy';
}

/** Two backends that are sent the same requests, and what has been learned about them. */
export class Comparison {
  readonly began: number;
  readonly #options: ComparisonOptions;
  readonly #rules: readonly ParityRule[];
  readonly #messenger: Messenger;
  readonly #right: Counterpart;
  readonly #copy?: Counterpart;
  readonly #noise = new NoiseMemory();
  readonly #variables = new Variables();

  constructor(options: ComparisonOptions) {
    const { left, right, leftCopy } = options;
    this.#options = options;
    this.#rules = [...(options.rules ?? []), ...defaultRules];
    this.#right = { subject: right, pairs: new IdPairs(), side: 'right' };
    this.#copy = leftCopy && { subject: leftCopy, pairs: new IdPairs(), side: 'copy' };
    this.#messenger = new Messenger(leftCopy ? [left, right, leftCopy] : [left, right], options);
    this.began = options.began ?? Date.now();
  }

  /** Sends a request to both sides at once and judges how the answers differ. */
  async compare(request: ParityRequest): Promise<ParityResult> {
    const { onAnswers } = this.#options;
    let sent: SentRequests;
    try {
      sent = this.#variables.fill(request, id => this.#copy?.pairs.rightOf(id));
    } catch (error) {
      onAnswers?.(request);
      return describeUnsent(request, error as Error);
    }
    const paths = this.#variables.describe(request);
    const [leftAnswer, rightAnswer, copyAnswer] = await Promise.all([
      this.#messenger.ask(this.#options.left, sent.left),
      this.#messenger.ask(this.#options.right, sent.right),
      this.#copy && this.#messenger.ask(this.#copy.subject, sent.copy),
    ]);
    const answers = [leftAnswer.response, rightAnswer.response] as const;
    onAnswers?.(request, ...answers);
    this.#variables.capture(request, ...answers, copyAnswer?.response);
    const differences = [
      ...(await this.#explain(request, sent.left, leftAnswer, rightAnswer, copyAnswer)),
      ...checkExpectations(request.expect ?? {}, ...answers),
      ...(await this.#findSlowness(sent, ...answers)),
    ];
    return Object.freeze({
      request: maskRequest(request),
      ...(paths && { sent: { left: maskAddress(paths.left), right: maskAddress(paths.right) } }),
      verdict: findVerdict(differences, isNotFoundOnRight(...answers)),
      differences: Object.freeze(differences.map(maskDifference)),
      left: summarise(leftAnswer.response),
      right: summarise(rightAnswer.response),
    });
  }

  /**
   * Repeats requests on all sides until the answers hold what they should.
   *
   * @throws ParityError CONDITION_NOT_MET when a side never gets there
   */
  async waitFor(conditions: readonly ParityCondition[]): Promise<void> {
    const { timeout } = this.#messenger;
    const { signal } = this.#options;
    await Promise.all(
      this.#messenger.subjects.map(async subject => {
        for (const condition of conditions) {
          const send = () => this.#messenger.ask(subject, condition.request);
          await waitUntilMet(subject, condition, { send, timeout, signal });
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
    return (await this.#messenger.ask(this.#options[side], request, timeout)).response;
  }

  /** Looks at both sides beside their answers, and judges how they differ. */
  async observe(observation: ParityObservation): Promise<ParityResult[]> {
    const places = await readPlaces(observation, this.#copy !== undefined);
    const results = places.map(place => this.#compareAt(place, observation.name));
    return results.sort((a, b) => (a.request.path < b.request.path ? -1 : 1));
  }

  /** What was ignored as noise, but differs far more often than the left side differs from itself. */
  reviewNoise(): ParityResult[] {
    return describeSuspicious(this.#noise, this.#options.noiseThresholds);
  }

  /** Closes the connections. */
  close(): void {
    this.#messenger.close();
  }

  #compareAt({ path, left, right, copy }: ObservedPlace, name: string): ParityResult {
    const request = { method: name, path, headers: {}, as: 'none' } as const;
    const noise = new EndpointNoise();
    const judge = (value: unknown, counterpart: Counterpart) => {
      const ids = counterpart.pairs.suggest();
      const context = this.#context(request, counterpart, ids.pair, noise.explains);
      const found = compareJson(left, value, () => true, counterpart.pairs.names).filter(
        each => !each.path.endsWith(orderPath('')),
      );
      const differences = explainDifferences(found, this.#rules, context);
      ids.keep();
      return differences;
    };
    if (this.#copy) {
      noise.remember(judge(copy, this.#copy));
    }
    const differences = judge(right, this.#right);
    return Object.freeze({
      request,
      observed: true,
      verdict: findVerdict(differences, left !== undefined && right === undefined),
      differences: Object.freeze(differences.map(maskDifference)),
    });
  }

  async #explain(
    request: ParityRequest,
    sentToLeft: ParityRequest,
    left: Answer,
    right: Answer,
    copy: Answer | undefined,
  ): Promise<readonly ParityDifference[]> {
    const noise = this.#noise.of(request);
    const again = copy ?? (await this.#askForTrial(noise, sentToLeft, left, right));
    this.#learn(request, noise, left, again, copy && this.#copy);
    this.#countNoise(request, noise, { left, right, again }, copy && this.#copy);
    let judgement = this.#judge(request, left, right, this.#right, noise);
    const isKnown = noise.samples >= WELL_KNOWN || isStream(left.response);
    const limit = isKnown ? FEW_SAMPLES : MAX_SAMPLES;
    const samples = left.response && isSafe(request) ? limit : 0;
    for (let i = 0; i < samples && judgement.differences.some(mayBeNoise); i++) {
      this.#learn(request, noise, left, await this.#messenger.ask(this.#options.left, sentToLeft));
      judgement = this.#judge(request, left, right, this.#right, noise);
    }
    // Answers that are not alike otherwise may not be about the same things.
    if (judgement.differences.every(({ ignored }) => ignored)) {
      judgement.keepIds();
    }
    return judgement.differences;
  }

  async #askForTrial(
    noise: EndpointNoise,
    request: ParityRequest,
    left: Answer,
    right: Answer,
  ): Promise<Answer | undefined> {
    return noise.wantsTrial &&
      left.response &&
      right.response &&
      isSafe(request) &&
      !isStream(left.response)
      ? await this.#messenger.ask(this.#options.left, request)
      : undefined;
  }

  /** @param from - whose answer it is; the left side's own without */
  #learn(
    request: ParityRequest,
    noise: EndpointNoise,
    left: Answer,
    again: Answer | undefined,
    from: Counterpart = { subject: this.#options.left, pairs: new IdPairs() },
  ): void {
    // What is there for one only has nothing that could be compared.
    if (left.response && again?.response?.status === left.response.status) {
      noise.learn(left.response, again.response, () => {
        const { differences, keepIds } = this.#judge(request, left, again, from);
        keepIds();
        return differences;
      });
    }
  }

  #countNoise(
    request: ParityRequest,
    noise: EndpointNoise,
    { left, right, again }: { left: Answer; right: Answer; again?: Answer },
    from: Counterpart = { subject: this.#options.left, pairs: new IdPairs() },
  ): void {
    if (noise.wantsTrial && left.response && right.response && again?.response) {
      noise.count(
        this.#judge(request, left, right, this.#right).differences,
        this.#judge(request, left, again, from).differences,
      );
    }
  }

  async #findSlowness(
    sent: SentRequests,
    left?: ParityResponse,
    right?: ParityResponse,
  ): Promise<ParityDifference[]> {
    if (!left || !right || !isSafe(sent.left) || isStream(left)) {
      return [];
    }
    const durations = { left: left.duration, right: right.duration };
    const slowness = await findSlowness(durations, async () => {
      const [{ response: a }, { response: b }] = await Promise.all([
        this.#messenger.ask(this.#options.left, sent.left),
        this.#messenger.ask(this.#options.right, sent.right),
      ]);
      return a && b && { left: a.duration, right: b.duration };
    });
    return slowness ? [slowness] : [];
  }

  /** @param noise - what the left side is known to give otherwise each time; absent to find that out */
  #judge(
    request: ParityRequest,
    left: Answer,
    other: Answer,
    counterpart: Counterpart,
    noise?: EndpointNoise,
  ): { differences: readonly ParityDifference[]; keepIds(): void } {
    const ids = counterpart.pairs.suggest();
    const context = this.#context(
      request,
      counterpart,
      ids.pair,
      difference => noise?.explains(difference) ?? false,
    );
    const known = this.#noise.of(request);
    const unordered = (request.unordered ?? []).map(wildcardPath);
    const differences = compareAnswers(
      left,
      other,
      path => unordered.includes(path) || known.isUnordered(path),
    );
    return {
      differences: explainDifferences(differences, this.#rules, context),
      keepIds: ids.keep,
    };
  }

  #context(
    request: ParityRequest,
    { subject, side }: Counterpart,
    pair: ParityRuleContext['pair'],
    isNoise: ParityRuleContext['isNoise'],
  ): ParityRuleContext {
    const { left } = this.#options;
    return {
      request,
      leftBaseUrl: left.baseUrl,
      rightBaseUrl: subject.baseUrl,
      began: this.began,
      now: Date.now(),
      clocks: { left: this.#messenger.clockOf(left), right: this.#messenger.clockOf(subject) },
      isNoise,
      isCaptured: difference =>
        side !== undefined && this.#variables.explains(request, difference, side),
      pair,
    };
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

/** Statuses are no noise: a side that answers now so, now otherwise is worth a look. */
function mayBeNoise({ part, ignored }: ParityDifference): boolean {
  return !ignored && (part === 'header' || part === 'body');
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
