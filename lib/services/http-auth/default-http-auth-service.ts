import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import type { CookieOptions, Request, Response } from 'express';
import type {
  AuthService,
  BackstageCredentials,
  BackstagePrincipalTypes,
  BackstageUserPrincipal,
  DiscoveryService,
  HttpAuthService,
  LoggerService,
} from '../../api';
import { AUTH_COOKIE, getBearerToken, getCookieToken } from './request-tokens';

const RENEW_BEFORE_EXPIRY_MS = 5 * 60_000;

/** Options of {@link DefaultHttpAuthService.create}. */
export interface DefaultHttpAuthServiceOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  pluginId: string;
  /** Where requests carry their token. Unless given: in the `Authorization` header. */
  getTokenFromRequest?: (req: Request) => { token?: string };
  /** Leaves the `Domain` out of cookies, so that subdomains do not get them. */
  hostOnlyCookie?: boolean;
  /** Told why requests are denied, which their callers are not. */
  logger?: LoggerService;
}

type CredentialsByRequest = WeakMap<Request, Promise<BackstageCredentials>>;

/** Reads credentials from the `Authorization` header, or from the `backstage-auth` cookie. */
export class DefaultHttpAuthService implements HttpAuthService {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;
  readonly #pluginId: string;
  readonly #getToken: (req: Request) => string | undefined;
  readonly #hostOnlyCookie: boolean;
  readonly #logger?: LoggerService;
  readonly #full: CredentialsByRequest = new WeakMap();
  readonly #limited: CredentialsByRequest = new WeakMap();

  private constructor(options: DefaultHttpAuthServiceOptions) {
    const { getTokenFromRequest } = options;
    this.#auth = options.auth;
    this.#discovery = options.discovery;
    this.#pluginId = options.pluginId;
    this.#getToken = getTokenFromRequest ? req => getTokenFromRequest(req).token : getBearerToken;
    this.#hostOnlyCookie = options.hostOnlyCookie ?? false;
    this.#logger = options.logger;
  }

  static create(options: DefaultHttpAuthServiceOptions): DefaultHttpAuthService {
    return new DefaultHttpAuthService(options);
  }

  async credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: Request<any, any, any, any, any>,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>> {
    const credentials = await this.#credentialsOf(req, options?.allowLimitedAccess ?? false);
    if (options?.allow) this.#assertAllowed(req, credentials, options.allow);
    return credentials as BackstageCredentials<BackstagePrincipalTypes[TAllowed]>;
  }

  async issueUserCookie(
    res: Response,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }> {
    if (res.headersSent) {
      throw new Error('Failed to issue user cookie, headers were already sent');
    }
    const credentials =
      options?.credentials ?? (await this.credentials(res.req, { allow: ['user'] }));
    if (this.#auth.isPrincipal(credentials, 'none')) {
      res.clearCookie(AUTH_COOKIE, await this.#cookieOptions());
      return { expiresAt: new Date() };
    }
    if (!this.#auth.isPrincipal(credentials, 'user')) {
      throw new AuthenticationError('Refused to issue cookie for non-user principal');
    }
    return this.#setCookie(res, credentials);
  }

  #credentialsOf(req: Request, limited: boolean): Promise<BackstageCredentials> {
    const known = limited ? this.#limited : this.#full;
    let credentials = known.get(req);
    if (!credentials) {
      credentials = this.#authenticate(req, limited);
      credentials.catch(error => this.#logRefusal(req, error));
      known.set(req, credentials);
    }
    return credentials;
  }

  #authenticate(req: Request, limited: boolean): Promise<BackstageCredentials> {
    const token = this.#getToken(req) || (limited && getCookieToken(req));
    return token
      ? this.#auth.authenticate(token, limited ? { allowLimitedAccess: true } : undefined)
      : this.#auth.getNoneCredentials();
  }

  #assertAllowed(
    req: Request,
    credentials: BackstageCredentials,
    allow: Array<keyof BackstagePrincipalTypes>,
  ): void {
    const { type } = credentials.principal as { type: keyof BackstagePrincipalTypes };
    if (allow.includes(type)) return;
    if (type === 'none') {
      this.#logDenial(req, 'missing-credentials');
      throw new AuthenticationError('Missing credentials');
    }
    this.#logDenial(req, 'principal-not-allowed');
    throw new NotAllowedError(`This endpoint does not allow '${type}' credentials`);
  }

  /** Our auth service leaves the reason for us on errors about the token itself. */
  #logRefusal(req: Request, error: { reason?: unknown }): void {
    if (typeof error?.reason === 'string') this.#logDenial(req, error.reason);
  }

  /** The query is left out: it may hold secrets. */
  #logDenial(req: Request, reason: string): void {
    const [path] = (req.originalUrl ?? req.url).split('?', 1);
    this.#logger?.info('Denied request', { reason, method: req.method, path });
  }

  async #setCookie(
    res: Response,
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ expiresAt: Date }> {
    const present = await this.#presentCookieExpiry(res.req);
    if (present && present.getTime() - Date.now() >= RENEW_BEFORE_EXPIRY_MS) {
      return { expiresAt: present };
    }
    const { token, expiresAt } = await this.#auth.getLimitedUserToken(credentials);
    if (!token) throw new Error('User credentials is unexpectedly missing token');
    res.cookie(AUTH_COOKIE, token, { ...(await this.#cookieOptions()), expires: expiresAt });
    return { expiresAt };
  }

  async #presentCookieExpiry(req: Request): Promise<Date | undefined> {
    const token = getCookieToken(req);
    if (!token) return undefined;
    try {
      const credentials = await this.#auth.authenticate(token, { allowLimitedAccess: true });
      return this.#auth.isPrincipal(credentials, 'user') ? credentials.expiresAt : undefined;
    } catch (error) {
      if (/^(Authentication|ServiceUnavailable)Error$/.test((error as Error).name))
        return undefined;
      throw error;
    }
  }

  async #cookieOptions(): Promise<CookieOptions> {
    const url = await this.#discovery.getExternalBaseUrl(this.#pluginId);
    const { protocol, hostname } = new URL(url);
    const secure = protocol === 'https:' || hostname === 'localhost';
    return {
      ...(!this.#hostOnlyCookie && { domain: hostname }),
      httpOnly: true,
      secure,
      priority: 'high',
      sameSite: secure ? 'none' : 'lax',
    };
  }
}
