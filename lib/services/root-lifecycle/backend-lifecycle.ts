import type {
  LifecycleServiceShutdownHook,
  LifecycleServiceShutdownOptions,
  LifecycleServiceStartupHook,
  LifecycleServiceStartupOptions,
  LoggerService,
  RootLifecycleService,
} from '../../api';
import { HookPhase, type HookDeadline } from './hook-phase';

/**
 * Startup and shutdown of the whole backend. The wiring calls `startup`, `beforeShutdown`,
 * `shutdown` and `runningShutdownHooks`, which are not part of the service that plugins see.
 */
export class BackendLifecycle implements RootLifecycleService {
  readonly #logger: LoggerService;
  readonly #startup = new HookPhase({
    label: 'Startup hook',
    tooLate: 'Attempted to add startup hook after startup',
  });
  readonly #beforeShutdown = new HookPhase({
    label: 'Before shutdown hook',
    tooLate: 'Attempt to add before shutdown hook after shutdown has started',
  });
  readonly #shutdown = new HookPhase({
    label: 'Shutdown hook',
    tooLate: 'Attempted to add shutdown hook after shutdown',
  });

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  addStartupHook(hook: LifecycleServiceStartupHook, options?: LifecycleServiceStartupOptions) {
    this.#startup.add(hook, options?.logger ?? this.#logger, this.addStartupHook);
  }

  addBeforeShutdownHook(hook: () => void | Promise<void>) {
    this.#beforeShutdown.add(hook, this.#logger, this.addBeforeShutdownHook);
  }

  addShutdownHook(hook: LifecycleServiceShutdownHook, options?: LifecycleServiceShutdownOptions) {
    this.#shutdown.add(hook, options?.logger ?? this.#logger, this.addShutdownHook);
  }

  /** The hooks at shutdown that are waited for. */
  get runningShutdownHooks(): string[] {
    return [...this.#beforeShutdown.running, ...this.#shutdown.running];
  }

  startup(): Promise<void> {
    return this.#startup.run();
  }

  beforeShutdown(deadline?: HookDeadline): Promise<void> {
    return this.#beforeShutdown.run(deadline);
  }

  shutdown(deadline?: HookDeadline): Promise<void> {
    return this.#shutdown.run(deadline);
  }
}
