import type { Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { format, type Format } from 'logform';
import type * as Winston from 'winston';
import type { AuditorService } from '../../api';
import { WinstonLogger } from '../root-logger';
import { DefaultAuditorService, type AuditorDeps } from './default-auditor-service';
import { logAuditorEvents } from './log-auditor-events';
import { readSeverityLogLevels } from './severity-log-levels';

/** Options of {@link WinstonRootAuditorService.create}. */
export type WinstonRootAuditorServiceOptions = {
  /** Added to every line. */
  meta?: JsonObject;
  /** A format of winston or logform; JSON with a timestamp by default. */
  format?: Format;
  /** Where the audit log goes; the standard output by default. */
  transports?: Winston.transport[];
};

/**
 * An audit log of its own, apart from the log of the backend.
 *
 * @example
 * ```ts
 * createServiceFactory({
 *   service: coreServices.auditor,
 *   deps: {
 *     config: coreServices.rootConfig,
 *     auth: coreServices.auth,
 *     httpAuth: coreServices.httpAuth,
 *     plugin: coreServices.pluginMetadata,
 *   },
 *   createRootContext: () => WinstonRootAuditorService.create({ transports }),
 *   factory: (deps, root) => root.forPlugin(deps),
 * });
 * ```
 */
export class WinstonRootAuditorService {
  readonly #logger: WinstonLogger;

  private constructor(logger: WinstonLogger) {
    this.#logger = logger;
  }

  static create(options?: WinstonRootAuditorServiceOptions): WinstonRootAuditorService {
    return new WinstonRootAuditorService(
      WinstonLogger.create({
        meta: { service: 'backstage', ...options?.meta },
        level: 'info',
        format: format.combine(
          format(info => ({ ...info, isAuditEvent: true }))(),
          options?.format ?? createDefaultFormat(),
        ),
        transports: options?.transports,
      }),
    );
  }

  /** The audit log for one plugin. */
  forPlugin(deps: AuditorDeps & { config: Config }): AuditorService {
    return DefaultAuditorService.create(
      logAuditorEvents(this.#logger, readSeverityLogLevels(deps.config)),
      deps,
    );
  }
}

function createDefaultFormat(): Format {
  return format.combine(
    format.timestamp({ format: 'YYYY-MM-DD HH:mm:ss' }),
    format.errors({ stack: true }),
    format.splat(),
    format.json(),
  );
}
