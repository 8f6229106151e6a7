import type { EventParams, EventsServiceSubscribeOptions, LoggerService } from '../../api';

/** Delivers events between the plugins of this process. */
export class LocalEventBus {
  readonly #logger: LoggerService;
  readonly #subscribers = new Map<string, EventsServiceSubscribeOptions[]>();

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  subscribe(options: EventsServiceSubscribeOptions): void {
    for (const topic of options.topics) {
      const present = this.#subscribers.get(topic);
      if (present) present.push(options);
      else this.#subscribers.set(topic, [options]);
    }
  }

  /**
   * Waits until all subscribers have handled the event; those that fail are logged.
   *
   * @returns the ids of the subscribers
   */
  async publish(event: EventParams): Promise<string[]> {
    const subscribers = this.#subscribers.get(event.topic) ?? [];
    this.#logger.debug(
      `Event received: topic=${event.topic}, subscribers=${subscribers.length}, metadata=${JSON.stringify(event.metadata)}`,
    );
    return Promise.all(
      subscribers.map(async subscriber => {
        await deliver(event, subscriber, this.#logger);
        return subscriber.id;
      }),
    );
  }
}

/** Hands an event to a subscriber, whose mistakes are its own and must not stop the others. */
export async function deliver(
  event: EventParams,
  subscriber: Pick<EventsServiceSubscribeOptions, 'id' | 'onEvent'>,
  logger: LoggerService,
): Promise<void> {
  try {
    await subscriber.onEvent(event);
  } catch (error) {
    logger.warn(
      `Subscriber "${subscriber.id}" failed to process event for topic "${event.topic}"`,
      error as Error,
    );
  }
}
