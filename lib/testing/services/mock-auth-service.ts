import { AuthenticationError } from '@backstage/errors';
import type {
  AuthService,
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalTypes,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '../../api';
import { mockCredentials } from '../mock-credentials';
import { decodeToken, invalidToken } from '../mock-tokens';

const LIMITED_TOKEN_LIFETIME_MS = 60 * 60 * 1000;

const INVALID_TOKENS = new Map([
  [invalidToken('user'), 'User token is invalid'],
  [invalidToken('limited-user'), 'Limited user token is invalid'],
  [invalidToken('service'), 'Service token is invalid'],
  ['', 'Token is empty'],
]);

/** Takes and issues the tokens of {@link mockCredentials}. */
export class MockAuthService implements AuthService {
  constructor(private readonly options: { pluginId: string; disableDefaultAuthPolicy: boolean }) {}

  async authenticate(
    token: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials> {
    const refusal = INVALID_TOKENS.get(token);
    if (refusal) {
      throw new AuthenticationError(refusal);
    }
    const credentials =
      this.authenticateUser(token) ??
      this.authenticateLimitedUser(token, options?.allowLimitedAccess) ??
      this.authenticateService(token);
    if (!credentials) {
      throw new AuthenticationError(`Unknown mock token '${token}'`);
    }
    return credentials;
  }

  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]> {
    return type === 'unknown' || (credentials.principal as { type?: string }).type === type;
  }

  async getNoneCredentials(): Promise<BackstageCredentials<BackstageNonePrincipal>> {
    return mockCredentials.none();
  }

  async getOwnServiceCredentials(): Promise<BackstageCredentials<BackstageServicePrincipal>> {
    return mockCredentials.service(`plugin:${this.options.pluginId}`);
  }

  async getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }> {
    const { type } = options.onBehalfOf.principal as { type: string };
    if (type === 'none' && this.options.disableDefaultAuthPolicy) {
      return { token: '' };
    }
    if (type !== 'user' && type !== 'service') {
      throw new AuthenticationError(`Refused to issue service token for credential type '${type}'`);
    }
    return { token: mockCredentials.service.token(options) };
  }

  async getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }> {
    const { type, userEntityRef } = credentials.principal;
    if (type !== 'user') {
      throw new AuthenticationError(
        `Refused to issue limited user token for credential type '${type}'`,
      );
    }
    return {
      token: mockCredentials.limitedUser.token(userEntityRef),
      expiresAt: new Date(Date.now() + LIMITED_TOKEN_LIFETIME_MS),
    };
  }

  async listPublicServiceKeys(): Promise<{ keys: never[] }> {
    return { keys: [] };
  }

  private authenticateUser(token: string) {
    const payload = decodeToken('user', token);
    return payload && mockCredentials.user(payload.sub, { actor: payload.actor });
  }

  private authenticateLimitedUser(token: string, allowLimitedAccess?: boolean) {
    const payload = decodeToken('limited-user', token);
    if (payload && !allowLimitedAccess) {
      throw new AuthenticationError('Limited user token is not allowed');
    }
    return payload && mockCredentials.limitedUser(payload.sub);
  }

  private authenticateService(token: string) {
    const payload = decodeToken('service', token);
    if (!payload) {
      return undefined;
    }
    const { sub, obo, target } = payload;
    if (target && target !== this.options.pluginId) {
      throw new AuthenticationError(
        `Invalid mock token target plugin ID, got '${target}' but expected '${this.options.pluginId}'`,
      );
    }
    return obo ? mockCredentials.user(obo) : mockCredentials.service(sub);
  }
}
