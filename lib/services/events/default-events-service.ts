import { InputError } from '@backstage/errors';
import type {
  AuthService,
  DiscoveryService,
  EventParams,
  EventsService,
  EventsServiceSubscribeOptions,
  LifecycleService,
  LoggerService,
  RootConfigService,
} from '../../api';
import { EventBusSwitch, type EventBusMode } from './event-bus-switch';
import { LocalEventBus } from './local-event-bus';
import { PluginEventsService } from './plugin-events-service';
import { RemoteEventBus } from './remote-event-bus';

const modes: EventBusMode[] = ['never', 'always', 'auto'];

/**
 * Delivers events between plugins, and through the events backend, where one is installed, between the
 * processes of a deployment. The protocol is that of `@backstage/plugin-events-node`.
 */
export class DefaultEventsService implements EventsService {
  readonly #logger: LoggerService;
  readonly #local: LocalEventBus;
  readonly #busSwitch: EventBusSwitch;

  /** @throws InputError for an unknown `events.useEventBus` */
  static create(options: {
    logger: LoggerService;
    config?: RootConfigService;
    useEventBus?: EventBusMode;
  }): DefaultEventsService {
    const mode =
      options.useEventBus ?? options.config?.getOptionalString('events.useEventBus') ?? 'auto';
    if (!modes.includes(mode as EventBusMode)) {
      throw new InputError(
        `Invalid events.useEventBus config, must be one of ${modes.join(', ')}, got '${mode}'`,
      );
    }
    return new DefaultEventsService(options.logger, mode as EventBusMode);
  }

  private constructor(logger: LoggerService, mode: EventBusMode) {
    this.#logger = logger;
    this.#local = new LocalEventBus(logger);
    this.#busSwitch = new EventBusSwitch(mode, logger);
  }

  /** The events of a plugin. Without options they stay in this process. */
  forPlugin(
    pluginId: string,
    options?: {
      auth: AuthService;
      discovery: DiscoveryService;
      lifecycle: LifecycleService;
      logger: LoggerService;
    },
  ): EventsService {
    const service = new PluginEventsService({
      pluginId,
      local: this.#local,
      remote:
        options &&
        new RemoteEventBus({
          auth: options.auth,
          discovery: options.discovery,
          onAnswer: () => this.#busSwitch.answered(),
        }),
      busSwitch: this.#busSwitch,
      logger: options?.logger ?? this.#logger,
    });
    options?.lifecycle.addShutdownHook(() => service.shutdown());
    return service;
  }

  async publish(event: EventParams): Promise<void> {
    await this.#local.publish(event);
  }

  async subscribe(options: EventsServiceSubscribeOptions): Promise<void> {
    this.#local.subscribe(options);
  }
}
