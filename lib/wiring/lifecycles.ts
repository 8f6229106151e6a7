import { coreServices } from '../api';
import { wiringError } from './errors';
import type { Requester } from './requester';
import type { ServiceRegistry } from './service-registry';

/** The part of a lifecycle service that plugins do not see. */
export interface InternalLifecycle {
  startup(): Promise<void>;
  shutdown(): Promise<void>;
  /** What hooks at shutdown are not done. Lifecycles of stock Backstage cannot tell. */
  readonly runningShutdownHooks?: string[];
}

/** The part of the root lifecycle service that plugins do not see. */
export interface InternalRootLifecycle extends InternalLifecycle {
  beforeShutdown?(): Promise<void>;
}

/** @throws Error when the service that is installed cannot be started and stopped */
export async function rootLifecycleOf(services: ServiceRegistry): Promise<InternalRootLifecycle> {
  return checkLifecycle(await services.get(coreServices.rootLifecycle), 'root');
}

/** @throws Error when the service that is installed cannot be started and stopped */
export async function pluginLifecycleOf(
  services: ServiceRegistry,
  requester: Requester,
): Promise<InternalLifecycle> {
  return checkLifecycle(await services.get(coreServices.lifecycle, requester), 'plugin');
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

function checkLifecycle(service: unknown, scope: 'root' | 'plugin'): InternalRootLifecycle {
  const { startup, shutdown } = (service ?? {}) as Partial<InternalLifecycle>;
  if (typeof startup !== 'function' || typeof shutdown !== 'function') {
    throw wiringError('INVALID_LIFECYCLE', `Unexpected ${scope} lifecycle service implementation`);
  }
  return service as InternalRootLifecycle;
}
