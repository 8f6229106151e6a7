import type { ErrorRequestHandler } from 'express';
import type { LoggerService } from '../lib/api';
import type { MissedKeys } from './missed-keys';

/** What JavaScript says when something that is undefined is used. */
const USED_UNDEFINED = /undefined|is not a function/;

/**
 * A plugin that took a key from its environment which nobody supplies stumbles over it when a request
 * comes. The answer stays as it was in old backends; the log names the key.
 */
export function explainMissedKeys(
  pluginId: string,
  missedKeys: MissedKeys,
  logger: LoggerService,
): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    if (error?.name === 'TypeError' && USED_UNDEFINED.test(error.message)) {
      const keys = missedKeys.describe();
      if (keys) {
        logger.warn(
          `Legacy plugin '${pluginId}' failed with '${error.message}', and has asked its environment ` +
            `for ${keys}`,
        );
      }
    }
    next(error);
  };
}
