import { NotAllowedError } from '@backstage/errors';
import type { Config } from '@backstage/config';
import type {
  BackstagePrincipalAccessRestrictions,
  LoggerService,
  RootConfigService,
} from '../../../api';
import type { AccessRestrictionsByPlugin } from '../credentials';
import { describeRejection, isTokenRejection, type TokenRejection } from '../errors';
import { readAccessRestrictions } from './access-restrictions';
import type { ExternalTokenHandler } from './external-token-handler';
import { OLD_KEYS_SUBJECT, readLegacySecret } from './legacy-token-handler';

const CONFIG_KEY = 'backend.auth.externalAccess';
const OLD_CONFIG_KEY = 'backend.auth.keys';

/** Whom a token from outside stands for. */
export interface ExternalCaller {
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
  allAccessRestrictions?: AccessRestrictionsByPlugin;
}

/** Accepts tokens of callers from outside, as one plugin does. */
export interface ExternalTokens {
  /**
   * @returns undefined when no entry of the configuration accepts the token
   * @throws NotAllowedError when the token is good for other plugins only
   */
  verifyToken(token: string): Promise<ExternalCaller | undefined>;
}

interface Entry {
  type: string;
  options: Config;
  path: string;
  restrictions?: AccessRestrictionsByPlugin;
  /** Undefined for types that a factory of `externalTokenHandlersServiceRef` adds. */
  verify?: VerifyToken;
}

type VerifyToken = (token: string) => Promise<{ subject: string } | undefined>;
type Handlers = ReadonlyMap<string, ExternalTokenHandler<any>>;

/** The entries of `backend.auth.externalAccess` and `backend.auth.keys`, read once per backend. */
export class ExternalAccess {
  readonly #entries: Entry[];
  readonly #builtInHandlers: Handlers;

  private constructor(entries: Entry[], builtInHandlers: Handlers) {
    this.#entries = entries;
    this.#builtInHandlers = builtInHandlers;
  }

  /** @throws Error that names the entry and what is wrong with it */
  static fromConfig(
    config: RootConfigService,
    options: { handlers: ExternalTokenHandler<any>[]; logger: LoggerService },
  ): ExternalAccess {
    const handlers = byType(options.handlers);
    const entries = config.getOptionalConfigArray(CONFIG_KEY) ?? [];
    const oldEntries = config.getOptionalConfigArray(OLD_CONFIG_KEY) ?? [];
    if (oldEntries.length) {
      options.logger.warn(
        `DEPRECATION WARNING: '${OLD_CONFIG_KEY}' has been replaced by '${CONFIG_KEY}', see https://backstage.io/docs/auth/service-to-service-auth`,
      );
    }
    return new ExternalAccess(
      [
        ...entries.map((entry, index) => readEntry(entry, `${CONFIG_KEY}[${index}]`, handlers)),
        ...oldEntries.map((entry, index) =>
          readOldEntry(entry, `${OLD_CONFIG_KEY}[${index}]`, handlers.get('legacy')!),
        ),
      ],
      handlers,
    );
  }

  /**
   * @param customHandlers - for types beside the built-in ones
   * @throws Error for an entry whose type nobody handles, and for two handlers of one type
   */
  forPlugin(
    pluginId: string,
    customHandlers: ExternalTokenHandler<any>[],
    logger: LoggerService,
  ): ExternalTokens {
    const handlers = byType([...this.#builtInHandlers.values(), ...customHandlers]);
    const entries = this.#entries.map(entry => ({
      verify: entry.verify ?? initialize(entry, handlers),
      restrictions: entry.restrictions,
    }));

    return {
      async verifyToken(token) {
        let rejection: TokenRejection | undefined;
        for (const { verify, restrictions } of entries) {
          try {
            const result = await verify(token);
            if (result) return restrict(result, restrictions, pluginId, logger);
          } catch (error) {
            // The token may still be meant for another entry.
            if (!isTokenRejection(error)) throw error;
            rejection = error;
          }
        }
        if (rejection) {
          logger.warn('Failed to verify incoming external token', describeRejection(rejection));
        }
        return undefined;
      },
    };
  }
}

function byType(handlers: ExternalTokenHandler<any>[]): Handlers {
  const map = new Map<string, ExternalTokenHandler<any>>();
  for (const handler of handlers) {
    if (map.has(handler.type)) {
      throw new Error(
        `Duplicate external token handler type '${handler.type}', each handler must have a unique type`,
      );
    }
    map.set(handler.type, handler);
  }
  return map;
}

function readEntry(config: Config, path: string, handlers: Handlers): Entry {
  const entry: Entry = {
    type: config.getString('type'),
    options: config.getConfig('options'),
    path,
    restrictions: readAccessRestrictions(config, path),
  };
  return handlers.has(entry.type) ? { ...entry, verify: initialize(entry, handlers) } : entry;
}

function readOldEntry(config: Config, path: string, handler: ExternalTokenHandler<any>): Entry {
  const context = explain(path, () => ({
    secret: readLegacySecret(config),
    subject: OLD_KEYS_SUBJECT,
  }));
  return {
    type: handler.type,
    options: config,
    path,
    restrictions: readAccessRestrictions(config, path),
    verify: token => handler.verifyToken(token, context),
  };
}

function initialize({ type, options, path }: Entry, handlers: Handlers): VerifyToken {
  const handler = handlers.get(type);
  if (!handler) {
    const valid = [...handlers.keys()].map(known => `'${known}'`).join(', ');
    throw new Error(`Unknown type '${type}' in ${path}, expected one of ${valid}`);
  }
  const context = explain(`${path}.options`, () => handler.initialize({ options }));
  return token => handler.verifyToken(token, context);
}

function explain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`Invalid config at '${path}': ${(error as Error).message}`, { cause: error });
  }
}

function restrict(
  { subject }: { subject: string },
  restrictions: AccessRestrictionsByPlugin | undefined,
  pluginId: string,
  logger: LoggerService,
): ExternalCaller {
  if (!restrictions) return { subject };
  const accessRestrictions = restrictions.get(pluginId);
  if (!accessRestrictions) {
    logger.warn('Refused incoming external token', {
      reason: 'access-restricted-to-other-plugins',
      subject,
    });
    const plugins = [...restrictions.keys()].map(id => `'${id}'`).join(', ');
    throw new NotAllowedError(`This token's access is restricted to plugin(s) ${plugins}`);
  }
  return { subject, accessRestrictions, allAccessRestrictions: restrictions };
}
