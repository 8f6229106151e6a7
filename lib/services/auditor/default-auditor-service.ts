import { ForwardedError } from '@backstage/errors';
import type {
  AuditorService,
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  AuthService,
  HttpAuthService,
  PluginMetadataService,
} from '../../api';
import type { AuditorEventStatus, AuditorLogFunction } from './auditor-event';

/** What {@link DefaultAuditorService} finds out the actor of an event with. */
export interface AuditorDeps {
  auth: AuthService;
  httpAuth: HttpAuthService;
  plugin: PluginMetadataService;
}

/**
 * The audit log of a plugin, written by a function of yours.
 *
 * @example
 * ```ts
 * DefaultAuditorService.create(
 *   event => logger.info(`${event.plugin}.${event.eventId}`, event),
 *   { auth, httpAuth, plugin },
 * );
 * ```
 */
export class DefaultAuditorService implements AuditorService {
  readonly #write: AuditorLogFunction;
  readonly #deps: AuditorDeps;

  private constructor(write: AuditorLogFunction, deps: AuditorDeps) {
    this.#write = write;
    this.#deps = deps;
  }

  static create(logFn: AuditorLogFunction, deps: AuditorDeps): DefaultAuditorService {
    return new DefaultAuditorService(logFn, deps);
  }

  /**
   * Logs that something is attempted, and how it ended once `success` or `fail` is called.
   *
   * @throws ForwardedError when the credentials of the request are not valid
   */
  async createEvent(options: AuditorServiceCreateEventOptions): Promise<AuditorServiceEvent> {
    const actorId = await this.#getActorId(options.request);
    const log = (end: { meta?: AuditorServiceCreateEventOptions['meta'] } & AuditorEventStatus) =>
      this.#log(actorId, { ...options, ...end, meta: { ...options.meta, ...end.meta } });
    await log({ status: 'initiated' });
    return {
      success: async end => log({ meta: end?.meta, status: 'succeeded' }),
      fail: async end => log({ ...end, status: 'failed' }),
    };
  }

  async #log(
    actorId: string | undefined,
    options: AuditorServiceCreateEventOptions & AuditorEventStatus,
  ): Promise<void> {
    const { eventId, severityLevel = 'low', request, meta, ...rest } = options;
    await this.#write({
      plugin: this.#deps.plugin.getId(),
      eventId,
      severityLevel,
      actor: {
        actorId,
        ip: request?.ip,
        hostname: request?.hostname,
        userAgent: request?.get('user-agent'),
      },
      request: request && { url: request.originalUrl, method: request.method },
      meta: meta && Object.keys(meta).length > 0 ? meta : undefined,
      ...rest,
    });
  }

  async #getActorId(
    request: AuditorServiceCreateEventOptions['request'],
  ): Promise<string | undefined> {
    const { auth, httpAuth } = this.#deps;
    const credentials = request
      ? await httpAuth.credentials(request).catch(error => {
          throw new ForwardedError('Could not resolve credentials', error);
        })
      : await auth.getOwnServiceCredentials();
    if (auth.isPrincipal(credentials, 'user')) {
      return credentials.principal.userEntityRef;
    }
    return auth.isPrincipal(credentials, 'service') ? credentials.principal.subject : undefined;
  }
}
