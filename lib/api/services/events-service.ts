/** An event. The shape is that of `@backstage/plugin-events-node`. */
export interface EventParams<TPayload = unknown> {
  topic: string;
  eventPayload: TPayload;
  metadata?: Record<string, string | string[] | undefined>;
}

/** Options of {@link EventsService.subscribe}. */
export type EventsServiceSubscribeOptions = {
  /** Unique in the plugin. Instances that share an id share the events. */
  id: string;
  topics: string[];
  onEvent: EventsServiceEventHandler;
};

/** Receives events. */
export type EventsServiceEventHandler = (params: EventParams) => Promise<void>;

/** Publishes and receives events, between plugins and between instances. */
export interface EventsService {
  publish(params: EventParams): Promise<void>;
  subscribe(options: EventsServiceSubscribeOptions): Promise<void>;
}
