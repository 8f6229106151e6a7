import type { LifecycleService } from './lifecycle-service';

/** Startup and shutdown of the backend. */
export interface RootLifecycleService extends LifecycleService {
  /** Runs before the shutdown hooks of any plugin. */
  addBeforeShutdownHook(hook: () => void | Promise<void>): void;
}
