import type { EventParams, EventsService, EventsServiceSubscribeOptions } from '../../api';

/** Delivers events at once, in the order of subscription; `publish` waits for every subscriber. */
export class MockEventsService implements EventsService {
  private readonly subscriptions: EventsServiceSubscribeOptions[] = [];

  async publish(params: EventParams): Promise<void> {
    for (const subscription of this.subscriptions) {
      if (subscription.topics.includes(params.topic)) {
        await subscription.onEvent(params);
      }
    }
  }

  async subscribe(options: EventsServiceSubscribeOptions): Promise<void> {
    this.subscriptions.push(options);
  }
}
