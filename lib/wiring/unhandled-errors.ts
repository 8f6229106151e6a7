import { coreServices, type LoggerService, type RootConfigService } from '../api';
import { toError } from './errors';
import type { PluginContext } from './plugin-context';
import { pluginOfError, type Suspect } from './plugin-of-error';
import { processErrors, type ProcessErrorType } from './process-errors';
import { processExit } from './process-exit';
import { readChoice } from './read-setting';
import type { ServiceRegistry } from './service-registry';
import { SettingErrors } from './setting-errors';

const MESSAGES = {
  unhandledRejection: 'Unhandled rejection',
  uncaughtException: 'Uncaught exception',
};

/** What happens after an error that nobody handles has been logged. */
const REACTIONS = ['log', 'exit'] as const;

/**
 * Reads `backend.process.onUnhandledRejection` and `backend.process.onUncaughtException`.
 *
 * @throws InputError when one is neither `log` nor `exit`
 */
export function readReactions(
  config: RootConfigService | undefined,
): Record<ProcessErrorType, (typeof REACTIONS)[number]> {
  const errors = new SettingErrors();
  const read = (key: string) => errors.attempt(() => readChoice(config, key, REACTIONS)) ?? 'log';
  const reactions = {
    unhandledRejection: read('backend.process.onUnhandledRejection'),
    uncaughtException: read('backend.process.onUncaughtException'),
  };
  errors.throwIfAny();
  return reactions;
}

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
  return processErrors.watch({
    ownerOf: error => context.pluginId ?? pluginOfError(error, suspects),
    handle(type, error, plugin) {
      const meta = plugin === undefined ? { type } : { type, plugin, count: countOf(plugin) };
      if (logger) {
        logger.child(meta).error(MESSAGES[type], toError(error));
      } else {
        // A backend without a log must not keep errors to itself.
        // eslint-disable-next-line no-console
        console.error(MESSAGES[type], meta, error);
      }
      void endIfWanted(type, services, logger);
    },
  });

  function countOf(plugin: string): number {
    const count = (counts.get(plugin) ?? 0) + 1;
    counts.set(plugin, count);
    return count;
  }
}

async function endIfWanted(
  type: ProcessErrorType,
  services: ServiceRegistry,
  logger: LoggerService | undefined,
): Promise<void> {
  const config = await services.peek(coreServices.rootConfig);
  let reaction;
  try {
    reaction = readReactions(config)[type];
  } catch (error) {
    logger?.error(toError(error).message); // configuration may change while the backend runs
  }
  if (reaction === 'exit') {
    await processExit.end(1);
  }
}
