import { existingPluginLifecycle, existingRootLifecycle } from './lifecycles';
import type { ServiceRegistry } from './service-registry';

/**
 * Stops what has started: what has to be done before, then all plugins side by side, then the services
 * of the root.
 */
export async function stopBackend(services: ServiceRegistry, pluginIds: string[]): Promise<void> {
  const root = await existingRootLifecycle(services);
  await root?.beforeShutdown?.();
  await Promise.allSettled(
    pluginIds.map(async pluginId =>
      (await existingPluginLifecycle(services, pluginId))?.shutdown(),
    ),
  );
  await root?.shutdown();
}
