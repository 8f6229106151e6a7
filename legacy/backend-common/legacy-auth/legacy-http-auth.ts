import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import type { Request } from 'express';
import { bearerToken } from '../../../adapters';
import type {
  AuthService,
  BackstageCredentials,
  BackstagePrincipalTypes,
  HttpAuthService,
} from '../../../lib/api';

const ONE_HOUR = 3_600_000;

/** Reads credentials of requests in an old backend. */
export class LegacyHttpAuth implements HttpAuthService {
  readonly #auth: AuthService;
  readonly #credentials = new WeakMap<object, Promise<BackstageCredentials>>();

  constructor(auth: AuthService) {
    this.#auth = auth;
  }

  async credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: Request<any, any, any, any, any>,
    options?: { allow?: Array<TAllowed> },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>> {
    const credentials = (await this.#read(req)) as BackstageCredentials<any>;
    const { type } = credentials.principal;
    if (!options?.allow || options.allow.includes(type)) {
      return credentials;
    }
    if (type === 'none') {
      throw new AuthenticationError('Missing credentials');
    }
    throw new NotAllowedError(`This endpoint does not allow '${type}' credentials`);
  }

  /** Old backends know no cookie; their routes take the request without one. */
  async issueUserCookie(): Promise<{ expiresAt: Date }> {
    return { expiresAt: new Date(Date.now() + ONE_HOUR) };
  }

  #read(req: Request<any, any, any, any, any>): Promise<BackstageCredentials> {
    let credentials = this.#credentials.get(req);
    if (!credentials) {
      const token = bearerToken(req);
      credentials = token ? this.#auth.authenticate(token) : this.#auth.getNoneCredentials();
      this.#credentials.set(req, credentials);
    }
    return credentials;
  }
}
