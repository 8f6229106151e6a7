import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import knexFactory, { type Knex } from 'knex';
import {
  authServiceFactory,
  type ExternalTokenHandler,
  type PluginTokenHandler,
} from '../../../lib/services/auth';
import type { AuthService, DiscoveryService, LoggerService } from '../../../lib/api';
import type { InternalServiceFactory } from '../../../lib/api/service-factory';
import { createSharedAuthState } from '../../../lib/services/auth/shared-auth-state';

export interface LogLine {
  level: string;
  message: string;
  meta: Record<string, unknown>;
}

/** A logger that keeps what it is told. */
export function keepingLogger(): LoggerService & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const log =
    (level: string) =>
    (message: string, meta: any = {}) =>
      void lines.push({ level, message, meta });
  const logger = {
    lines,
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: () => logger,
  };
  return logger;
}

export function memoryDatabase(): Knex {
  return knexFactory({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
}

export interface AuthOptions {
  discovery: DiscoveryService;
  /** `backend.auth` */
  config?: JsonObject;
  logger?: LoggerService;
  /** Databases by plugin. Plugins that are not listed must not need one. */
  databases?: { [pluginId in string]: Knex };
  migrations?: { skip: boolean };
  externalTokenHandlers?: ExternalTokenHandler<any>[];
  decorate?: (handler: PluginTokenHandler) => PluginTokenHandler;
}

/** The auth services of the plugins of one backend. */
export function createAuth(options: AuthOptions): (pluginId: string) => Promise<AuthService> {
  const { createRootContext, factory } =
    authServiceFactory as unknown as InternalServiceFactory<AuthService>;
  const logger = options.logger ?? keepingLogger();
  const config = new ConfigReader({ backend: { auth: options.config ?? {} } });
  const starting = createSharedAuthState(config, logger).then(async shared => {
    const root = { shared, rootLogger: logger };
    await createRootContext!(root);
    return root;
  });
  starting.catch(() => {});

  return async pluginId =>
    factory(
      {
        ...(await starting),
        logger,
        discovery: options.discovery,
        plugin: { getId: () => pluginId },
        database: {
          getClient: async () => {
            const client = options.databases?.[pluginId];
            if (!client) throw new Error(`plugin '${pluginId}' has no database here`);
            return client;
          },
          migrations: options.migrations,
        },
        decoratePluginTokenHandler: options.decorate ?? ((handler: PluginTokenHandler) => handler),
        externalTokenHandlers: options.externalTokenHandlers ?? [],
      },
      undefined,
    );
}

/** What a refusal is called: a token whose issuer's keys cannot be had may well be good. */
export function errorNameFor(reason: unknown): string {
  return reason === 'keys-unavailable' ? 'ServiceUnavailableError' : 'AuthenticationError';
}
