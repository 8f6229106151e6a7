import type {
  LifecycleService,
  LifecycleServiceShutdownHook,
  LifecycleServiceShutdownOptions,
  LifecycleServiceStartupHook,
  LifecycleServiceStartupOptions,
  LoggerService,
  PluginMetadataService,
} from '../../api';
import { HookPhase, type HookDeadline } from '../root-lifecycle/hook-phase';

/**
 * Startup and shutdown of one plugin. The wiring calls `startup`, `shutdown` and
 * `runningShutdownHooks`, which are not part of
 * the service that plugins see.
 */
export class PluginLifecycle implements LifecycleService {
  readonly #logger: LoggerService;
  readonly #metadata: PluginMetadataService;
  readonly #startup = new HookPhase({
    label: 'Plugin startup hook',
    tooLate: 'Attempted to add startup hook after startup',
  });
  readonly #shutdown = new HookPhase({
    label: 'Plugin shutdown hook',
    tooLate: 'Attempted to add shutdown hook after shutdown',
  });

  constructor(logger: LoggerService, metadata: PluginMetadataService) {
    this.#logger = logger;
    this.#metadata = metadata;
  }

  addStartupHook(hook: LifecycleServiceStartupHook, options?: LifecycleServiceStartupOptions) {
    this.#startup.add(hook, this.#labelled(options?.logger), this.addStartupHook);
  }

  addShutdownHook(hook: LifecycleServiceShutdownHook, options?: LifecycleServiceShutdownOptions) {
    this.#shutdown.add(hook, this.#labelled(options?.logger), this.addShutdownHook);
  }

  /** The hooks at shutdown that are waited for. */
  get runningShutdownHooks(): string[] {
    return this.#shutdown.running;
  }

  startup(): Promise<void> {
    return this.#startup.run();
  }

  shutdown(deadline?: HookDeadline): Promise<void> {
    return this.#shutdown.run(deadline);
  }

  /** A logger that a hook brings along may be a root logger: it must still say which plugin failed. */
  #labelled(logger?: LoggerService): LoggerService {
    return logger?.child({ plugin: this.#metadata.getId() }) ?? this.#logger;
  }
}
