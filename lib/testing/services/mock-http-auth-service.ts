import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import { parse as parseCookies } from 'cookie';
import type { Request, Response } from 'express';
import type {
  BackstageCredentials,
  BackstagePrincipalTypes,
  BackstageUserPrincipal,
  HttpAuthService,
} from '../../api';
import { mockCredentials } from '../mock-credentials';
import { AUTH_COOKIE, NONE_TOKEN } from '../mock-tokens';
import { MockAuthService } from './mock-auth-service';

const COOKIE_LIFETIME_MS = 60 * 60 * 1000;

/** Reads the tokens of {@link mockCredentials}; a request without any counts as the default user's. */
export class MockHttpAuthService implements HttpAuthService {
  private readonly auth: MockAuthService;

  constructor(
    pluginId: string,
    private readonly defaultCredentials: BackstageCredentials,
  ) {
    this.auth = new MockAuthService({ pluginId, disableDefaultAuthPolicy: false });
  }

  async credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: Request<any, any, any, any, any>,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>> {
    const credentials = await this.readCredentials(req, options?.allowLimitedAccess ?? false);
    const { type } = credentials.principal as { type: TAllowed };
    if (options?.allow && !options.allow.includes(type)) {
      throw type === 'none'
        ? new AuthenticationError('Missing credentials')
        : new NotAllowedError(`This endpoint does not allow '${type}' credentials`);
    }
    return credentials as BackstageCredentials<BackstagePrincipalTypes[TAllowed]>;
  }

  async issueUserCookie(
    res: Response,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }> {
    const credentials =
      options?.credentials ?? (await this.credentials(res.req, { allow: ['user'] }));
    const { userEntityRef } = credentials.principal as BackstageUserPrincipal;
    res.setHeader('Set-Cookie', mockCredentials.limitedUser.cookie(userEntityRef));
    return { expiresAt: new Date(Date.now() + COOKIE_LIFETIME_MS) };
  }

  private async readCredentials(
    req: Request,
    allowLimitedAccess: boolean,
  ): Promise<BackstageCredentials> {
    const token = /^Bearer[ ]+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === NONE_TOKEN) {
      return mockCredentials.none();
    }
    if (token) {
      return this.auth.authenticate(token, { allowLimitedAccess });
    }
    const cookie = allowLimitedAccess && parseCookies(req.headers.cookie ?? '')[AUTH_COOKIE];
    return cookie
      ? this.auth.authenticate(cookie, { allowLimitedAccess })
      : this.defaultCredentials;
  }
}
