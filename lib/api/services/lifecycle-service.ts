import type { LoggerService } from './logger-service';

/** Runs when the plugin has started. */
export type LifecycleServiceStartupHook = () => void | Promise<void>;

/** Options of {@link LifecycleService.addStartupHook}. */
export interface LifecycleServiceStartupOptions {
  logger?: LoggerService;
}

/** Runs when the backend stops. */
export type LifecycleServiceShutdownHook = () => void | Promise<void>;

/** Options of {@link LifecycleService.addShutdownHook}. */
export interface LifecycleServiceShutdownOptions {
  logger?: LoggerService;
}

/** Startup and shutdown of a plugin. */
export interface LifecycleService {
  addStartupHook(hook: LifecycleServiceStartupHook, options?: LifecycleServiceStartupOptions): void;
  addShutdownHook(
    hook: LifecycleServiceShutdownHook,
    options?: LifecycleServiceShutdownOptions,
  ): void;
}
