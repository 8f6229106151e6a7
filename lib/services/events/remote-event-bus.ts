import { ResponseError } from '@backstage/errors';
import type { AuthService, DiscoveryService, EventParams } from '../../api';

/** Tells for how long the answer to a request for events may stay open, in milliseconds. */
const NOTIFY_TIMEOUT_HEADER = 'backstage-events-notify-timeout';

const NOTIFY_GRACE_MILLIS = 1_000;

/** What the remote bus uses of the plugin. */
export interface RemoteEventBusOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  /** Called for each answer of the events backend. */
  onAnswer?(): void;
}

/** Where to send events beside this process. */
export class RemoteEventBus {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;
  readonly #onAnswer: () => void;

  constructor({ auth, discovery, onAnswer = () => {} }: RemoteEventBusOptions) {
    this.#auth = auth;
    this.#discovery = discovery;
    this.#onAnswer = onAnswer;
  }

  /**
   * Hands an event to the subscribers of other processes.
   *
   * @param notifiedSubscribers those that have had the event in this process
   * @throws EventsBackendMissingError, ResponseError
   */
  async publish(event: EventParams, notifiedSubscribers: string[]): Promise<void> {
    const { topic, eventPayload: payload } = event;
    await this.#request('POST', 'events', { event: { topic, payload }, notifiedSubscribers });
  }

  /** Makes the bus keep events for the subscription. @throws EventsBackendMissingError, ResponseError */
  async subscribe(id: string, topics: string[]): Promise<void> {
    await this.#request('PUT', `subscriptions/${encodeURIComponent(id)}`, { topics });
  }

  /**
   * Takes the next events from the bus.
   *
   * @returns the events, or a function that waits until there may be some
   * @throws EventsBackendMissingError when the bus does not know the subscription, ResponseError
   */
  async take(id: string): Promise<EventParams[] | ((signal: AbortSignal) => Promise<void>)> {
    const response = await this.#request('GET', `subscriptions/${encodeURIComponent(id)}/events`);
    if (response.status === 202) return signal => waitForEnd(response, signal);
    const { events = [] } = (await response.json()) as {
      events?: Array<{ topic: string; payload: unknown }>;
    };
    return events.map(({ topic, payload }) => ({ topic, eventPayload: payload }));
  }

  async #request(method: string, path: string, body?: object): Promise<Response> {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'events',
    });
    const baseUrl = await this.#discovery.getBaseUrl('events');
    const response = await fetch(`${baseUrl}/bus/v1/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: body && JSON.stringify(body),
    });
    if (response.status === 404) {
      await response.body?.cancel();
      throw new EventsBackendMissingError();
    }
    if (!response.ok) throw await ResponseError.fromResponse(response);
    this.#onAnswer();
    return response;
  }
}

/** The events plugin, or the subscription there, does not exist. */
export class EventsBackendMissingError extends Error {
  override readonly name = 'EventsBackendMissingError';

  constructor() {
    super('Request to the events backend failed with status 404');
  }
}

/** The bus keeps its answer open until there are events, or until its own timeout. */
async function waitForEnd(response: Response, signal: AbortSignal): Promise<void> {
  const timeout = Number.parseInt(response.headers.get(NOTIFY_TIMEOUT_HEADER) ?? '', 10);
  const stop = new AbortController();
  const cancelled = new Promise<void>(resolve => {
    const finish = () => resolve();
    signal.addEventListener('abort', finish, { once: true, signal: stop.signal });
    if (signal.aborted) finish();
    if (timeout >= 0) {
      const timer = setTimeout(finish, timeout + NOTIFY_GRACE_MILLIS);
      stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    }
  });
  const reader = response.body?.getReader();
  try {
    await Promise.race([readToEnd(reader), cancelled]);
  } finally {
    stop.abort();
    await reader?.cancel().catch(() => {});
  }
}

async function readToEnd(reader: ReadableStreamDefaultReader | undefined): Promise<void> {
  while (reader && !(await reader.read()).done);
}
