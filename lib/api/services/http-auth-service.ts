import type { Request, Response } from 'express';
import type { BackstageCredentials, BackstagePrincipalTypes } from './auth-service';

/** Reads and writes credentials of HTTP requests. */
export interface HttpAuthService {
  /**
   * @throws AuthenticationError without credentials where some are needed
   * @throws NotAllowedError for principals that `allow` does not list
   */
  credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: Request<any, any, any, any, any>,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>>;
  /** Sets the `backstage-auth` cookie, which holds a limited user token. */
  issueUserCookie(
    res: Response,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }>;
}
