import type {
  EventParams,
  EventsService,
  EventsServiceSubscribeOptions,
  LoggerService,
} from '../../api';
import { receiveEvents } from './bus-subscription';
import type { EventBusSwitch } from './event-bus-switch';
import type { LocalEventBus } from './local-event-bus';
import { EventsBackendMissingError, type RemoteEventBus } from './remote-event-bus';

/** Options of {@link PluginEventsService}. */
export interface PluginEventsServiceOptions {
  pluginId: string;
  local: LocalEventBus;
  /** The way to other processes, where there is one. */
  remote?: RemoteEventBus;
  busSwitch: EventBusSwitch;
  logger: LoggerService;
}

/** The events of one plugin, whose id goes before those of its subscribers. */
export class PluginEventsService implements EventsService {
  readonly #options: PluginEventsServiceOptions;
  readonly #shutdown = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: PluginEventsServiceOptions) {
    this.#options = options;
  }

  async publish(event: EventParams): Promise<void> {
    if (this.#shutdown.signal.aborted) throw new Error('Service is shutting down');
    await this.#track(this.#publish(event));
  }

  async subscribe({ id, topics, onEvent }: EventsServiceSubscribeOptions): Promise<void> {
    const { pluginId, local, logger, busSwitch } = this.#options;
    const subscription = { id: `${pluginId}.${id}`, topics, onEvent };
    local.subscribe(subscription);
    const bus = this.#remote();
    if (!bus || this.#shutdown.signal.aborted) return;
    void this.#track(
      receiveEvents({
        bus,
        subscription,
        logger,
        signal: this.#shutdown.signal,
        onMissing: () =>
          busSwitch.turnOff(
            'Event subscribe request failed with status 404, events backend not found. Will only receive events that were sent locally on this process.',
          ),
      }),
    );
  }

  /** Takes no more events and waits until those underway are delivered. */
  async shutdown(): Promise<void> {
    this.#shutdown.abort();
    await Promise.allSettled(this.#running);
  }

  async #publish(event: EventParams): Promise<void> {
    const notified = await this.#options.local.publish(event);
    try {
      await this.#remote()?.publish(event, notified);
    } catch (error) {
      const gone =
        error instanceof EventsBackendMissingError &&
        this.#options.busSwitch.turnOff(
          'Event publish request failed with status 404, events backend not found. Future events will not be persisted.',
        );
      if (!gone) throw error;
    }
  }

  #remote(): RemoteEventBus | undefined {
    return this.#options.busSwitch.isOn ? this.#options.remote : undefined;
  }

  #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    return work.finally(() => this.#running.delete(work));
  }
}
