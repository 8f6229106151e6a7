import { setMaxListeners } from 'node:events';
import type { Agent } from 'node:http';
import type { Answer } from './answer';
import { createAgent, exchange, type ParityResponse } from './exchange';
import type { ParityIdentity } from './identity';
import type { ParityRequest } from './request';
import type { ParitySubject } from './subject';

/** How requests are sent. */
export interface MessengerOptions {
  /** Whose tokens are sent where a request says `as`; required when one does. */
  identity?: Pick<ParityIdentity, 'tokenFor'>;
  /** Milliseconds for each condition and each request; defaults to 30 seconds. */
  timeout?: number;
  /** The most bytes of an answer's body; defaults to 100 MiB. */
  maxBodySize?: number;
  /** Gives up the requests that are under way. */
  signal?: AbortSignal;
}

/** Milliseconds: the header tells seconds, and was written before the answer was read. */
const MAX_CLOCK_ERROR = 5_000;

/** Sends requests to backends, over connections that it keeps. */
export class Messenger {
  /** For each request, in milliseconds. */
  readonly timeout: number;
  readonly #options: MessengerOptions;
  readonly #agents: ReadonlyMap<ParitySubject, Agent>;
  readonly #clocks = new Map<ParitySubject, number>();

  constructor(subjects: readonly ParitySubject[], options: MessengerOptions) {
    this.#options = options;
    this.timeout = options.timeout ?? 30_000;
    this.#agents = new Map(subjects.map(subject => [subject, createAgent(subject)]));
    if (options.signal) {
      // Each request that is under way listens.
      setMaxListeners(0, options.signal);
    }
  }

  get subjects(): ParitySubject[] {
    return [...this.#agents.keys()];
  }

  /** @param timeout - in milliseconds, where that is shorter than the usual one */
  async ask(
    subject: ParitySubject,
    request: ParityRequest,
    timeout = this.timeout,
  ): Promise<Answer> {
    const { identity, maxBodySize, signal } = this.#options;
    try {
      const response = await exchange(subject, request, {
        token: identity?.tokenFor(request.as),
        timeout: Math.min(timeout, this.timeout),
        maxBodySize,
        agent: this.#agents.get(subject),
        signal,
      });
      this.#clocks.set(subject, readClock(response));
      return { response };
    } catch (error) {
      return { error: error as Error };
    }
  }

  /**
   * How far the clock of a backend is ahead, in milliseconds; 0 where it can not be told from one that is
   * right. Backends that run elsewhere may have another time.
   */
  clockOf(subject: ParitySubject): number {
    return this.#clocks.get(subject) ?? 0;
  }

  /** Closes the connections. */
  close(): void {
    this.#agents.forEach(agent => agent.destroy());
  }
}

function readClock({ headers }: ParityResponse): number {
  const ahead = Date.parse(headers.date ?? '') - Date.now();
  return Math.abs(ahead) > MAX_CLOCK_ERROR ? ahead : 0;
}
