import { coreServices } from '../api';
import { wiringError } from './errors';
import type { ServiceRegistry } from './service-registry';

/** The part of a lifecycle service that plugins do not see. */
export interface InternalLifecycle {
  startup(): Promise<void>;
  shutdown(deadline?: HookDeadline): Promise<void>;
  /** The hooks at shutdown that are waited for. Lifecycles of stock Backstage cannot tell. */
  readonly runningShutdownHooks?: string[];
}

/** How long each hook may take. Lifecycles of stock Backstage know of no deadlines. */
export interface HookDeadline {
  ms: number;
  /** Called with a description of a hook that is given up. */
  onLate(hook: string): void;
}

/** The part of the root lifecycle service that plugins do not see. */
export interface InternalRootLifecycle extends InternalLifecycle {
  beforeShutdown?(deadline?: HookDeadline): Promise<void>;
}

/** @throws Error when the service that is installed cannot be started and stopped */
export async function rootLifecycleOf(services: ServiceRegistry): Promise<InternalRootLifecycle> {
  return checkLifecycle(await services.get(coreServices.rootLifecycle), 'root');
}

/** The lifecycle of the backend, if it came that far. */
export async function existingRootLifecycle(
  services: ServiceRegistry,
): Promise<InternalRootLifecycle | undefined> {
  const service = await services.peek(coreServices.rootLifecycle);
  return service ? checkLifecycle(service, 'root') : undefined;
}

/** The lifecycle of a plugin, if it came that far. */
export async function existingPluginLifecycle(
  services: ServiceRegistry,
  pluginId: string,
): Promise<InternalLifecycle | undefined> {
  const service = await services.peek(coreServices.lifecycle, pluginId);
  return service ? checkLifecycle(service, 'plugin') : undefined;
}

/** @throws Error when the service that is installed cannot be started and stopped */
export function checkLifecycle(service: unknown, scope: 'root' | 'plugin'): InternalRootLifecycle {
  const { startup, shutdown } = (service ?? {}) as Partial<InternalLifecycle>;
  if (typeof startup !== 'function' || typeof shutdown !== 'function') {
    throw wiringError('INVALID_LIFECYCLE', `Unexpected ${scope} lifecycle service implementation`);
  }
  return service as InternalRootLifecycle;
}
