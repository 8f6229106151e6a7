import type { ConfigSource } from '@backstage/config-loader';
import { configFilesOf } from './config-files';
import { ConfigLoadError } from './errors';
import { explainConfigFile, type ConfigProblem } from './explain-config-file';

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
  const files = source ? configFilesOf(source) : [];
  const reason =
    firstOf(files, path => explainConfigFile(path, message, argv)) ??
    (source ? explainValues(message, files) : explainArguments(message));
  return new ConfigLoadError(reason.code, reason.message, { cause: error });
}

function firstOf<T, R>(items: T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** The sources could not even be made. */
function explainArguments(message: string): ConfigProblem {
  return message.includes('remote configuration is not enabled')
    ? {
        code: 'CONFIG_REMOTE_DISABLED',
        message: `${message}, for example backend.add(rootConfigServiceFactory({ remote: { reloadInterval: { minutes: 1 } } })), or give the path of a file.`,
      }
    : {
        code: 'CONFIG_ARGUMENT_INVALID',
        message: `--config needs the path of a file, for example --config app-config.yaml: ${message}`,
      };
}

/** All files are as they should be. */
function explainValues(message: string, files: string[]): ConfigProblem {
  return message.startsWith("Missing required config value at ''")
    ? {
        code: 'CONFIG_EMPTY',
        message: `The configuration is empty: there are no values in ${files.map(path => `"${path}"`).join(', ')}. Add some, at least backend.baseUrl.`,
      }
    : {
        code: 'CONFIG_INVALID',
        message: `The configuration cannot be loaded: ${message}${environmentHint(message)}`,
      };
}

/** Names the environment variable that an error about a key of EnvConfigSource means. */
function environmentHint(message: string): string {
  const [, key] = /\bkey '([^']*)'/.exec(message) ?? [];
  const name = `APP_CONFIG_${key}`;
  return key !== undefined && name in process.env
    ? `. Correct or unset the environment variable ${name}.`
    : '';
}
