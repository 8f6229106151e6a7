import { NotAllowedError } from '@backstage/errors';
import type {
  BackstagePrincipalAccessRestrictions,
  LoggerService,
  RootConfigService,
} from '../../../api';
import type { AccessRestrictionsByPlugin } from '../credentials';
import { describeRejection, isTokenRejection, withReason, type TokenRejection } from '../errors';
import {
  describeEntry,
  initializeEntry,
  readExternalEntries,
  type ExternalEntry,
  type ExternalTokenHandlers,
  type VerifyExternalToken,
} from './external-entries';
import type { ExternalTokenHandler } from './external-token-handler';

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

/** The entries of `backend.auth.externalAccess` and `backend.auth.keys`, read once per backend. */
export class ExternalAccess {
  readonly #entries: ExternalEntry[];
  readonly #builtInHandlers: ExternalTokenHandlers;

  private constructor(entries: ExternalEntry[], builtInHandlers: ExternalTokenHandlers) {
    this.#entries = entries;
    this.#builtInHandlers = builtInHandlers;
  }

  /**
   * @param options.mayHaveOtherTypes - whether entries of types that nobody handles are left to plugins
   * @throws Error that names the entry and what is wrong with it
   */
  static fromConfig(
    config: RootConfigService,
    options: {
      handlers: ExternalTokenHandler<any>[];
      mayHaveOtherTypes: boolean;
      logger: LoggerService;
    },
  ): ExternalAccess {
    const handlers = byType(options.handlers);
    const access = new ExternalAccess(
      readExternalEntries(config, handlers, options.logger),
      handlers,
    );
    if (!options.mayHaveOtherTypes) {
      access.#entries.forEach(entry => entry.verify ?? initializeEntry(entry, handlers));
    }
    return access;
  }

  /** Tells who has access, and no secret. */
  announce(logger: LoggerService): void {
    if (this.#entries.length === 0) return;
    logger.info(`External access is granted: ${this.#entries.map(describeEntry).join('; ')}`, {
      type: 'externalAccess',
    });
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
      verify: entry.verify ?? initializeEntry(entry, handlers),
      restrictions: entry.restrictions,
    }));
    return {
      async verifyToken(token) {
        const found = await findCaller(token, entries, logger);
        return found && restrict(found, pluginId, logger);
      },
    };
  }
}

interface FoundCaller {
  subject: string;
  restrictions?: AccessRestrictionsByPlugin;
}

async function findCaller(
  token: string,
  entries: { verify: VerifyExternalToken; restrictions?: AccessRestrictionsByPlugin }[],
  logger: LoggerService,
): Promise<FoundCaller | undefined> {
  let rejection: TokenRejection | undefined;
  for (const { verify, restrictions } of entries) {
    try {
      const result = await verify(token);
      if (result) return { subject: result.subject, restrictions };
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
}

function restrict(
  { subject, restrictions }: FoundCaller,
  pluginId: string,
  logger: LoggerService,
): ExternalCaller {
  if (!restrictions) return { subject };
  const accessRestrictions = restrictions.get(pluginId);
  if (!accessRestrictions) {
    const reason = 'access-restricted-to-other-plugins';
    logger.warn('Refused incoming external token', { reason, subject });
    const plugins = [...restrictions.keys()].map(id => `'${id}'`).join(', ');
    throw withReason(
      new NotAllowedError(`This token's access is restricted to plugin(s) ${plugins}`),
      reason,
    );
  }
  return { subject, accessRestrictions, allAccessRestrictions: restrictions };
}

function byType(handlers: ExternalTokenHandler<any>[]): ExternalTokenHandlers {
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
