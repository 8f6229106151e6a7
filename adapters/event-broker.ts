import type { EventParams, EventsService } from '../lib/api';

/** Receives events of the topics that it names. */
export interface EventSubscriber {
  supportsEventTopics(): string[];
  onEvent(params: EventParams): Promise<void>;
}

/** Hands events on, as plugins did from 2022 to 2024. */
export interface EventBroker {
  publish(params: EventParams): Promise<void>;
  subscribe(...subscribers: Array<EventSubscriber | Array<EventSubscriber>>): void;
}

/**
 * The event broker of old plugins, by the events service.
 *
 * @param onError - learns of subscriptions that failed: `subscribe` itself does not wait for them
 */
export function eventsToEventBroker(
  events: EventsService,
  onError: (error: unknown) => void,
): EventBroker {
  const counts = new Map<string, number>();

  /** Subscribers with one id share the events, so each needs its own, the same in every replica. */
  function idOf(subscriber: EventSubscriber): string {
    const name = subscriber.constructor.name || 'Object';
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `EventBroker.${name}-${count}`;
  }
  return {
    publish: params => events.publish(params),
    subscribe(...subscribers) {
      for (const subscriber of subscribers.flat()) {
        events
          .subscribe({
            id: idOf(subscriber),
            topics: subscriber.supportsEventTopics(),
            onEvent: params => subscriber.onEvent(params),
          })
          .catch(onError);
      }
    },
  };
}

/** An old event broker as new plugins expect it. */
export function eventBrokerToEvents(broker: EventBroker): EventsService {
  return {
    publish: params => broker.publish(params),
    async subscribe({ topics, onEvent }) {
      broker.subscribe({ supportsEventTopics: () => topics, onEvent });
    },
  };
}
