import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import type {
  AuthService,
  BackstageCredentials,
  BackstagePrincipalTypes,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  LoggerService,
} from '../../api';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
  toInternalCredentials,
} from './credentials';
import { withReason, type DenialReason } from './errors';
import type { ExternalTokens } from './external/external-access';
import type { PluginKeySource } from './keys/plugin-key-source';
import type { PluginTokenHandler } from './plugin-token-handler';
import { MAX_TOKEN_LENGTH } from './token-format';
import type { UserTokenHandler } from './user-token-handler';

/** Parts of {@link DefaultAuthService}. */
export interface DefaultAuthServiceOptions {
  pluginId: string;
  userTokens: UserTokenHandler;
  pluginTokens: PluginTokenHandler;
  externalTokens: ExternalTokens;
  keySource: PluginKeySource;
  defaultAuthPolicyDisabled: boolean;
  logger: LoggerService;
}

/** The auth service of one plugin. */
export class DefaultAuthService implements AuthService {
  readonly #pluginId: string;
  readonly #userTokens: UserTokenHandler;
  readonly #pluginTokens: PluginTokenHandler;
  readonly #externalTokens: ExternalTokens;
  readonly #keySource: PluginKeySource;
  readonly #defaultAuthPolicyDisabled: boolean;
  readonly #logger: LoggerService;

  constructor(options: DefaultAuthServiceOptions) {
    this.#pluginId = options.pluginId;
    this.#userTokens = options.userTokens;
    this.#pluginTokens = options.pluginTokens;
    this.#externalTokens = options.externalTokens;
    this.#keySource = options.keySource;
    this.#defaultAuthPolicyDisabled = options.defaultAuthPolicyDisabled;
    this.#logger = options.logger;
  }

  async authenticate(
    token: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials> {
    if (typeof token !== 'string') throw this.#refuse('malformed-token', 'Illegal token');
    if (token.length > MAX_TOKEN_LENGTH) throw this.#refuse('token-too-long', 'Illegal token');

    const plugin = await this.#pluginTokens.verifyToken(token);
    if (plugin) return this.#pluginCredentials(plugin);

    const user = await this.#userTokens.verifyToken(token);
    if (user) {
      if (user.limited && !options?.allowLimitedAccess) {
        throw this.#refuse('limited-token-not-allowed', 'Illegal limited user token');
      }
      const { userEntityRef, expiresAt } = user;
      return createUserCredentials({ userEntityRef, token, expiresAt: new Date(expiresAt) });
    }

    const external = await this.#externalTokens.verifyToken(token);
    if (external) return createServiceCredentials(external);

    throw this.#refuse('no-matching-token-type', 'Illegal token');
  }

  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]> {
    const principal = credentials.principal as BackstagePrincipalTypes['none'];
    return type === 'unknown' || principal.type === type;
  }

  async getNoneCredentials() {
    return createNoneCredentials();
  }

  async getOwnServiceCredentials() {
    return createServiceCredentials({ subject: `plugin:${this.#pluginId}` });
  }

  async getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }> {
    const { targetPluginId } = options;
    const onBehalfOf: BackstageCredentials = toInternalCredentials(options.onBehalfOf);
    const pluginId = this.#pluginId;
    if (this.isPrincipal(onBehalfOf, 'user')) {
      const { token, expiresAt } = await this.getLimitedUserToken(onBehalfOf);
      return this.#pluginTokens.issueToken({
        pluginId,
        targetPluginId,
        onBehalfOf: { limitedUserToken: token, expiresAt },
      });
    }
    if (this.isPrincipal(onBehalfOf, 'service')) {
      assertMayDelegate(onBehalfOf, targetPluginId);
      return this.#pluginTokens.issueToken({ pluginId, targetPluginId });
    }
    if (this.isPrincipal(onBehalfOf, 'none') && this.#defaultAuthPolicyDisabled) {
      return { token: '' };
    }
    const { type } = onBehalfOf.principal as { type: unknown };
    throw new AuthenticationError(
      `Refused to issue service token for credential type '${String(type)}'`,
    );
  }

  async getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }> {
    const { token } = toInternalCredentials(credentials);
    if (!token) throw new AuthenticationError('User credentials is unexpectedly missing token');
    return this.#userTokens.createLimitedUserToken(token);
  }

  async listPublicServiceKeys() {
    const keys = await this.#keySource.listKeys();
    return { keys: keys.map(({ key }) => key) };
  }

  async #pluginCredentials(plugin: {
    subject: string;
    limitedUserToken?: string;
  }): Promise<BackstageCredentials> {
    const { subject, limitedUserToken } = plugin;
    if (!limitedUserToken) return createServiceCredentials({ subject });
    const user = await this.#userTokens.verifyToken(limitedUserToken);
    if (!user) {
      throw this.#refuse(
        'invalid-user-of-plugin-token',
        'Invalid user token in plugin token obo claim',
      );
    }
    return createUserCredentials({
      userEntityRef: user.userEntityRef,
      token: limitedUserToken,
      expiresAt: new Date(user.expiresAt),
      actor: subject,
    });
  }

  #refuse(reason: DenialReason, message: string): AuthenticationError {
    this.#logger.warn('Refused incoming token', { reason });
    return withReason(new AuthenticationError(message), reason);
  }
}

/** A caller whose access is restricted must not gain more of it through us. */
function assertMayDelegate(
  credentials: BackstageCredentials<BackstageServicePrincipal>,
  targetPluginId: string,
): void {
  const { principal, allAccessRestrictions } = toInternalCredentials(credentials);
  if (!principal.accessRestrictions) return;
  const restrictions = allAccessRestrictions?.get(targetPluginId);
  if (!restrictions) {
    throw new NotAllowedError(
      `Access to target plugin '${targetPluginId}' is not included in token's access restrictions`,
    );
  }
  if (restrictions.permissionNames?.length || restrictions.permissionAttributes) {
    throw new NotAllowedError(
      `Access to target plugin '${targetPluginId}' is restricted and cannot be delegated`,
    );
  }
}
