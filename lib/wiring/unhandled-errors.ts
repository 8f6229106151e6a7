import { coreServices, type LoggerService } from '../api';
import { invalidSetting, toError } from './errors';
import type { PluginContext } from './plugin-context';
import { pluginOfError, type Suspect } from './plugin-of-error';
import { processExit } from './process-exit';
import type { ServiceRegistry } from './service-registry';

/** What happens after an error that nobody handles has been logged. */
const REACTIONS = ['log', 'exit'];

const EVENTS = {
  unhandledRejection: {
    message: 'Unhandled rejection',
    setting: 'backend.process.onUnhandledRejection',
  },
  uncaughtException: {
    message: 'Uncaught exception',
    setting: 'backend.process.onUncaughtException',
  },
};

/** Options of {@link watchUnhandledErrors}. */
export interface UnhandledErrorsOptions {
  logger: LoggerService | undefined;
  /** Where the configuration comes from, once there is an error. */
  services: ServiceRegistry;
  context: PluginContext;
  suspects: readonly Suspect[];
}

/**
 * Logs promise rejections and exceptions that nobody handles, with the plugin they come from where
 * that can be found out. The process goes on, unless `backend.process.onUnhandledRejection` or
 * `backend.process.onUncaughtException` is `exit`. Not in tests, where the runner wants them.
 *
 * @returns stops doing so
 */
export function watchUnhandledErrors(options: UnhandledErrorsOptions): () => void {
  if (process.env.NODE_ENV === 'test') {
    return () => {};
  }
  const { logger, services, context, suspects } = options;
  const counts = new Map<string, number>();
  const stops = Object.entries(EVENTS).map(([type, { message, setting }]) => {
    const listener = (reason: unknown) => {
      const plugin = context.pluginId ?? pluginOfError(reason, suspects);
      const meta = plugin === undefined ? { type } : { type, plugin, count: countOf(plugin) };
      if (logger) {
        logger.child(meta).error(message, toError(reason));
      } else {
        // A backend without a log must not keep errors to itself.
        // eslint-disable-next-line no-console
        console.error(message, meta, reason);
      }
      void endIfWanted(services, setting, logger);
    };
    process.on(type, listener);
    return () => process.off(type, listener);
  });
  return () => stops.forEach(stop => stop());

  function countOf(plugin: string): number {
    const count = (counts.get(plugin) ?? 0) + 1;
    counts.set(plugin, count);
    return count;
  }
}

async function endIfWanted(
  services: ServiceRegistry,
  setting: string,
  logger: LoggerService | undefined,
): Promise<void> {
  const config = await services.peek(coreServices.rootConfig);
  const reaction = config?.getOptional(setting) ?? 'log';
  if (!REACTIONS.includes(reaction as string)) {
    logger?.error(invalidSetting(setting, reaction, REACTIONS).message);
  } else if (reaction === 'exit') {
    await processExit.end(1);
  }
}
