import { coreServices } from '../api';
import { wiringError } from './errors';
import { existingPluginLifecycle, existingRootLifecycle } from './lifecycles';
import type { ServiceRegistry } from './service-registry';
import {
  DEFAULT_DEADLINES,
  readShutdownDeadlines,
  type ShutdownDeadlines,
} from './shutdown-deadlines';
import type { ShutdownSteps } from './shutdown-steps';

/**
 * Stops what has started: what has to be done before, then all plugins side by side, then the services
 * of the root. A hook that does not finish within its deadline keeps no other from being done.
 *
 * @param starting - settles when the backend has started, or failed to
 * @throws Error naming what did not finish
 */
export async function stopBackend(
  services: ServiceRegistry,
  pluginIds: () => string[],
  starting: Promise<unknown>,
  steps: ShutdownSteps,
): Promise<void> {
  const { hook: patience } = await deadlinesOf(services);
  await steps.run('the start that is under way', patience, () => starting.catch(() => {}));
  const deadlines = await deadlinesOf(services);
  steps.logger = await services.peek(coreServices.rootLogger);
  const root = await existingRootLifecycle(services);
  await steps.runHooks(
    'before shutdown hooks of the backend',
    deadlines.beforeShutdownHook,
    root,
    deadline => root?.beforeShutdown?.(deadline),
  );
  await Promise.all(
    pluginIds().map(async pluginId => {
      const lifecycle = await existingPluginLifecycle(services, pluginId);
      const name = `shutdown hooks of plugin '${pluginId}'`;
      await steps.runHooks(name, deadlines.hook, lifecycle, deadline =>
        lifecycle?.shutdown(deadline),
      );
    }),
  );
  await steps.runHooks('shutdown hooks of the backend', deadlines.hook, root, deadline =>
    root?.shutdown(deadline),
  );

  if (steps.unfinished.length > 0) {
    throw wiringError(
      'SHUTDOWN_INCOMPLETE',
      `The backend stopped, but these did not finish in time: ${steps.unfinished.join(', ')}`,
    );
  }
}

async function deadlinesOf(services: ServiceRegistry): Promise<ShutdownDeadlines> {
  try {
    return readShutdownDeadlines(await services.peek(coreServices.rootConfig));
  } catch {
    // A backend with bad settings has failed to start because of them, and stops all the same.
    return DEFAULT_DEADLINES;
  }
}
