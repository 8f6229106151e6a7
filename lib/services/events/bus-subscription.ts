import { setTimeout as sleep } from 'node:timers/promises';
import { stringifyError } from '@backstage/errors';
import type { EventsServiceSubscribeOptions, LoggerService } from '../../api';
import { deliver } from './local-event-bus';
import { EventsBackendMissingError, type RemoteEventBus } from './remote-event-bus';

const BACKOFF_START_MILLIS = 1_000;
const BACKOFF_LIMIT_MILLIS = 60_000;

/** Options of {@link receiveEvents}. */
export interface ReceiveEventsOptions {
  bus: RemoteEventBus;
  subscription: EventsServiceSubscribeOptions;
  logger: LoggerService;
  /** Ends between two requests, so that no event is taken from the bus and then lost. */
  signal: AbortSignal;
  /** Called when there is no events backend. True ends the subscription, false tries again later. */
  onMissing(): boolean;
}

/** Delivers the events of other processes to a subscriber until the signal aborts. */
export async function receiveEvents(options: ReceiveEventsOptions): Promise<void> {
  const { subscription, logger, signal } = options;
  let backoff = BACKOFF_START_MILLIS;
  let subscribed = false;
  let received = false;
  while (!signal.aborted) {
    try {
      if (!subscribed) {
        await options.bus.subscribe(subscription.id, subscription.topics);
        subscribed = true;
      }
      await receiveOnce(options);
      received = true;
      backoff = BACKOFF_START_MILLIS;
    } catch (error) {
      const missing = error instanceof EventsBackendMissingError;
      if (missing && !subscribed && options.onMissing()) return;
      if (missing && received) {
        logger.info('Polling event subscription resulted in a 404, recreating subscription');
        subscribed = received = false;
        continue;
      }
      if (signal.aborted) return;
      logger.warn(
        `Poll failed for subscription "${subscription.id}", retrying in ${backoff}ms: ${stringifyError(error)}`,
      );
      await sleep(backoff, undefined, { signal, ref: false }).catch(() => {});
      backoff = Math.min(backoff * 2, BACKOFF_LIMIT_MILLIS);
    }
  }
}

async function receiveOnce(options: ReceiveEventsOptions): Promise<void> {
  const { bus, subscription, logger, signal } = options;
  const taken = await bus.take(subscription.id);
  if (typeof taken === 'function') return taken(signal);
  for (const event of taken) await deliver(event, subscription, logger);
}
