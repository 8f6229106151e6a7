import { coreServices } from '../api';
import { wiringError } from './errors';
import { existingPluginLifecycle, existingRootLifecycle } from './lifecycles';
import type { ServiceRegistry } from './service-registry';
import { readShutdownDeadlines } from './shutdown-deadlines';
import type { ShutdownSteps } from './shutdown-steps';

/**
 * Stops what has started: what has to be done before, then all plugins side by side, then the services
 * of the root. A step that does not finish within its deadline keeps no other from being done.
 *
 * @param starting - settles when the backend has started, or failed to
 * @throws Error naming the steps that did not finish
 */
export async function stopBackend(
  services: ServiceRegistry,
  pluginIds: () => string[],
  starting: Promise<unknown>,
  steps: ShutdownSteps,
): Promise<void> {
  const { step: patience } = await readShutdownDeadlines(services);
  await steps.run('the start that is under way', patience, () => starting.catch(() => {}));
  const deadlines = await readShutdownDeadlines(services);
  steps.logger = await services.peek(coreServices.rootLogger);
  const root = await existingRootLifecycle(services);
  await steps.run(
    'before shutdown hooks of the backend',
    deadlines.beforeShutdown,
    () => root?.beforeShutdown?.(),
    root,
  );
  await Promise.all(
    pluginIds().map(async pluginId => {
      const lifecycle = await existingPluginLifecycle(services, pluginId);
      await steps.run(
        `shutdown hooks of plugin '${pluginId}'`,
        deadlines.step,
        () => lifecycle?.shutdown(),
        lifecycle,
      );
    }),
  );
  await steps.run('shutdown hooks of the backend', deadlines.step, () => root?.shutdown(), root);

  if (steps.unfinished.length > 0) {
    throw wiringError(
      'SHUTDOWN_INCOMPLETE',
      `The backend stopped, but these did not finish in time: ${steps.unfinished.join(', ')}`,
    );
  }
}
