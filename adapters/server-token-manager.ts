import type { Config } from '@backstage/config';
import { AuthenticationError } from '@backstage/errors';
import type { LoggerService } from '../lib/api';
import { reuseToken } from './reuse-token';
import type { TokenManager } from './token-manager';

/**
 * Options of {@link ServerTokenManager.fromConfig}.
 *
 * @deprecated Use `coreServices.auth`.
 */
export interface ServerTokenManagerOptions {
  logger: LoggerService;
  /** Without keys, give a token manager that refuses every call, in place of an error. */
  allowDisabledTokenManager?: boolean;
}

const ALGORITHM = 'HS256';
const SUBJECT = 'backstage-server';
const LIFETIME_S = 3600;
const NO_KEYS =
  "no legacy keys are configured in 'backend.auth.keys' or 'backend.auth.externalAccess'";

/** The shared secrets of the deployment, as they are written in the configuration: base64. */
export function readServerTokenKeys(config: Config): string[] {
  const keys = config.getOptionalConfigArray('backend.auth.keys') ?? [];
  const external = config.getOptionalConfigArray('backend.auth.externalAccess') ?? [];
  return [
    ...keys.map(key => key.getString('secret')),
    ...external
      .filter(access => access.getString('type') === 'legacy')
      .map(access => access.getString('options.secret')),
  ];
}

/**
 * Issues and checks the tokens by which the plugins of old backends trust each other: HS256, signed
 * with the first of the shared keys, accepted with any.
 *
 * @deprecated Use `coreServices.auth`.
 */
export class ServerTokenManager implements TokenManager {
  readonly #keys: Uint8Array[];

  /** The same token for ten minutes, then the next. */
  readonly getToken = reuseToken(() => this.#sign());

  /** A token manager that issues empty tokens and accepts everything, as many old backends used it. */
  static noop(): TokenManager {
    return {
      isInsecureServerTokenManager: true,
      getToken: async () => ({ token: '' }),
      authenticate: async () => {},
    } as TokenManager;
  }

  /** @throws Error when no keys are configured, except in development */
  static fromConfig(config: Config, options: ServerTokenManagerOptions): TokenManager {
    const secrets = readServerTokenKeys(config);
    if (secrets.length > 0) {
      return new ServerTokenManager(secrets.map(secret => Buffer.from(secret, 'base64')));
    }
    if (options.allowDisabledTokenManager) {
      return disabledTokenManager;
    }
    if (process.env.NODE_ENV !== 'development') {
      throw new Error('You must configure at least one key in backend.auth.keys for production.');
    }
    options.logger.warn(
      'Generated a secret for service-to-service authentication: DEVELOPMENT USE ONLY.',
    );
    return new ServerTokenManager([crypto.getRandomValues(new Uint8Array(32))]);
  }

  private constructor(keys: Uint8Array[]) {
    this.#keys = keys;
  }

  async authenticate(token: string): Promise<void> {
    const { jwtVerify } = require('jose') as typeof import('jose');
    let cause: unknown;
    for (const key of this.#keys) {
      try {
        await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          subject: SUBJECT,
          requiredClaims: ['exp'],
        });
        return;
      } catch (error) {
        cause = error;
      }
    }
    throw new AuthenticationError('Invalid server token', cause as Error);
  }

  async #sign(): Promise<{ token: string }> {
    const { SignJWT } = require('jose') as typeof import('jose');
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(SUBJECT)
      .setExpirationTime(Math.floor(Date.now() / 1000) + LIFETIME_S)
      .sign(this.#keys[0]);
    return { token };
  }
}

const disabledTokenManager: TokenManager = {
  async getToken() {
    throw new Error(`Unable to generate legacy token, ${NO_KEYS}`);
  },
  async authenticate() {
    throw new AuthenticationError(`Unable to authenticate legacy token, ${NO_KEYS}`);
  },
};
