import type { Config } from '@backstage/config';
import type { LoggerService, RootConfigService } from '../../../api';
import type { AccessRestrictionsByPlugin } from '../credentials';
import { readAccessRestrictions } from './access-restrictions';
import type { ExternalTokenHandler } from './external-token-handler';
import { OLD_KEYS_SUBJECT, readLegacySecret } from './legacy-token-handler';

const CONFIG_KEY = 'backend.auth.externalAccess';
const OLD_CONFIG_KEY = 'backend.auth.keys';
const ENTRY_KEYS = ['type', 'options', 'accessRestrictions'];

/** Handlers of external tokens by the type that they handle. */
export type ExternalTokenHandlers = ReadonlyMap<string, ExternalTokenHandler<any>>;

/** One entry of `backend.auth.externalAccess` or `backend.auth.keys`. */
export interface ExternalEntry {
  type: string;
  options: Config;
  /** Where it stands in the configuration. */
  path: string;
  restrictions?: AccessRestrictionsByPlugin;
  /** Undefined for types that a factory of `externalTokenHandlersServiceRef` adds. */
  verify?: VerifyExternalToken;
}

/** @returns undefined when the token is not for this entry */
export type VerifyExternalToken = (token: string) => Promise<{ subject: string } | undefined>;

/**
 * Reads all entries.
 *
 * @throws Error that names the entry and what is wrong with it
 */
export function readExternalEntries(
  config: RootConfigService,
  handlers: ExternalTokenHandlers,
  logger: LoggerService,
): ExternalEntry[] {
  const entries = config.getOptionalConfigArray(CONFIG_KEY) ?? [];
  const oldEntries = config.getOptionalConfigArray(OLD_CONFIG_KEY) ?? [];
  if (oldEntries.length) {
    logger.warn(
      `DEPRECATION WARNING: '${OLD_CONFIG_KEY}' has been replaced by '${CONFIG_KEY}', see https://backstage.io/docs/auth/service-to-service-auth`,
    );
  }
  return [
    ...entries.map((entry, index) => {
      const path = `${CONFIG_KEY}[${index}]`;
      warnOfUnknownKeys(entry, path, logger);
      return readEntry(entry, path, handlers);
    }),
    ...oldEntries.map((entry, index) =>
      readOldEntry(entry, `${OLD_CONFIG_KEY}[${index}]`, handlers.get('legacy')!),
    ),
  ];
}

/**
 * Reads the options of an entry by the handler of its type.
 *
 * @throws Error when there is none, or when the options are not valid
 */
export function initializeEntry(
  { type, options, path }: ExternalEntry,
  handlers: ExternalTokenHandlers,
): VerifyExternalToken {
  const handler = handlers.get(type);
  if (!handler) {
    const valid = [...handlers.keys()].map(known => `'${known}'`).join(', ');
    throw new Error(`Unknown type '${type}' in ${path}, expected one of ${valid}`);
  }
  const context = explain(`${path}.options`, () => handler.initialize({ options }));
  return token => handler.verifyToken(token, context);
}

/** What may be told of an entry: never a secret. */
export function describeEntry({ type, options, path, restrictions }: ExternalEntry): string {
  const subject = path.startsWith(OLD_CONFIG_KEY)
    ? OLD_KEYS_SUBJECT
    : options.getOptional('subject');
  const plugins = restrictions && [...restrictions.keys()].map(id => `'${id}'`).join(', ');
  return `${typeof subject === 'string' ? `'${subject}' ` : ''}by ${type} token to ${plugins ?? 'all plugins'}`;
}

function readEntry(config: Config, path: string, handlers: ExternalTokenHandlers): ExternalEntry {
  const entry: ExternalEntry = {
    type: config.getString('type'),
    options: config.getConfig('options'),
    path,
    restrictions: readAccessRestrictions(config, path),
  };
  return handlers.has(entry.type) ? { ...entry, verify: initializeEntry(entry, handlers) } : entry;
}

function readOldEntry(
  config: Config,
  path: string,
  handler: ExternalTokenHandler<any>,
): ExternalEntry {
  const secret = explain(path, () => readLegacySecret(config));
  const context = { secret, subject: OLD_KEYS_SUBJECT };
  return {
    type: handler.type,
    options: config,
    path,
    restrictions: readAccessRestrictions(config, path),
    verify: token => handler.verifyToken(token, context),
  };
}

/** A misspelt `accessRestrictions` would give a caller more than was meant. */
function warnOfUnknownKeys(entry: Config, path: string, logger: LoggerService): void {
  for (const key of entry.keys().filter(name => !ENTRY_KEYS.includes(name))) {
    logger.warn(
      `Ignoring the unknown key '${key}' at '${path}', expected ${ENTRY_KEYS.map(name => `'${name}'`).join(', ')}`,
    );
  }
}

function explain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`Invalid config at '${path}': ${(error as Error).message}`, { cause: error });
  }
}
