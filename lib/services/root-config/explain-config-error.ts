import type { ConfigSource } from '@backstage/config-loader';
import { configFilesOf } from './config-files';
import { ConfigLoadError } from './errors';
import { explainConfigFile } from './explain-config-file';

/**
 * Turns what @backstage/config-loader threw into one message that names the file, the place in it
 * and the fix.
 *
 * @param error - what was thrown
 * @param source - what was read; its files are looked at to find the cause. Absent when the arguments
 *   already were at fault
 * @param argv - the process arguments that chose the files
 */
export function explainConfigError(
  error: unknown,
  source: ConfigSource | undefined,
  argv: string[],
): ConfigLoadError {
  const message = error instanceof Error ? error.message : String(error);
  for (const path of source ? configFilesOf(source) : []) {
    const reason = explainConfigFile(path, message, argv);
    if (reason) {
      return new ConfigLoadError(reason.code, reason.message, { cause: error });
    }
  }
  if (message.includes('remote configuration is not enabled')) {
    return new ConfigLoadError(
      'CONFIG_REMOTE_DISABLED',
      `${message}, for example backend.add(rootConfigServiceFactory({ remote: { reloadInterval: { minutes: 1 } } })), or give the path of a file.`,
      { cause: error },
    );
  }
  return new ConfigLoadError(
    'CONFIG_INVALID',
    `The configuration cannot be loaded: ${message}${environmentHint(message)}`,
    { cause: error },
  );
}

/** Names the environment variable that an error about a key of EnvConfigSource means. */
function environmentHint(message: string): string {
  const [, key] = /\bkey '([^']*)'/.exec(message) ?? [];
  const name = `APP_CONFIG_${key}`;
  return key !== undefined && name in process.env
    ? `. Correct or unset the environment variable ${name}.`
    : '';
}
