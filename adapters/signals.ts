import type { JsonObject } from '@backstage/types';
import type { EventsService } from '../lib/api';

/** A message to the browsers of users, as `@backstage/plugin-signals-node` describes it. */
export type SignalPayload<TMessage extends JsonObject = JsonObject> = {
  recipients: { type: 'broadcast' } | { type: 'user'; entityRef: string | string[] };
  channel: string;
  message: TMessage;
};

/** Sends signals. */
export interface SignalsService {
  publish<TMessage extends JsonObject = JsonObject>(signal: SignalPayload<TMessage>): Promise<void>;
}

/** The signals service: the signals plugin, where there is one, listens to this topic. */
export function eventsToSignals(events: EventsService): SignalsService {
  return {
    publish: signal => events.publish({ topic: 'signals', eventPayload: signal }),
  };
}
