import type { DiscoveryService, LoggerService } from '../../api';
import { describeRejection, refusalOf, TokenRejection } from './errors';
import type { JwksClients } from './jwks-clients';
import type { PluginKeySource } from './keys/plugin-key-source';
import { locateKeys, PLUGIN_KEYS_PATH } from './locate-keys';
import { PluginTokenIssuer } from './plugin-token-issuer';
import type { PluginTokenHandler } from './plugin-token-handler';
import { peekClaims, peekHeader, tokenTypes } from './token-format';
import type { Verified, VerifiedTokens } from './verified-tokens';
import { verifyWithJwks } from './verify-jwt';

/** The subject becomes part of a URL: nothing in it may lead elsewhere. */
const PLUGIN_ID = /^[a-z0-9_-]{1,128}$/i;

interface VerifiedPluginToken {
  subject: string;
  limitedUserToken?: string;
}

/** Verifies tokens with the public keys of the plugin that issued them, and issues our own. */
export class DefaultPluginTokenHandler implements PluginTokenHandler {
  readonly #ownPluginId: string;
  readonly #discovery: DiscoveryService;
  readonly #clients: JwksClients;
  readonly #verified: VerifiedTokens;
  readonly #logger: LoggerService;
  readonly #issuer: PluginTokenIssuer;

  constructor(options: {
    ownPluginId: string;
    discovery: DiscoveryService;
    clients: JwksClients;
    verified: VerifiedTokens;
    keySource: PluginKeySource;
    logger: LoggerService;
  }) {
    this.#ownPluginId = options.ownPluginId;
    this.#discovery = options.discovery;
    this.#clients = options.clients;
    this.#verified = options.verified;
    this.#logger = options.logger;
    this.#issuer = new PluginTokenIssuer(options.keySource);
  }

  async verifyToken(token: string): Promise<VerifiedPluginToken | undefined> {
    const kind = this.#verified.kindOf(token);
    if (kind !== undefined && kind !== 'plugin') return undefined;
    // `this` owns what it remembers: the token was checked to be meant for our own plugin.
    const known = kind && this.#verified.find<VerifiedPluginToken>(token, this);
    return known ?? this.#verifyAnew(token);
  }

  issueToken(options: Parameters<PluginTokenHandler['issueToken']>[0]) {
    return this.#issuer.issueToken(options);
  }

  async #verifyAnew(token: string): Promise<VerifiedPluginToken | undefined> {
    if (peekHeader(token)?.typ !== tokenTypes.plugin) return undefined;
    const source = peekClaims(token)?.sub;
    if (typeof source !== 'string' || !PLUGIN_ID.test(source)) {
      const reason = 'forbidden-subject';
      this.#logger.warn('Failed to verify incoming plugin token', { reason });
      throw refusalOf('Invalid plugin token: the subject must be a plugin id', reason);
    }
    try {
      return await this.#verified.verify(token, 'plugin', this, () => this.#verify(token, source));
    } catch (error) {
      const rejection = describeRejection(error);
      this.#logger.warn('Failed to verify incoming plugin token', { ...rejection, source });
      const message =
        rejection.reason === 'no-keys-endpoint'
          ? `The plugin '${source}', which issued this token, does not have a JWKS endpoint; it needs to be migrated to the new backend system`
          : 'Failed plugin token verification';
      throw refusalOf(message, rejection.reason);
    }
  }

  async #verify(token: string, source: string): Promise<Verified<VerifiedPluginToken>> {
    const client = await locateKeys({
      discovery: this.#discovery,
      clients: this.#clients,
      pluginId: source,
      path: PLUGIN_KEYS_PATH,
    });
    const { claims, expiresAt, keyVersion } = await verifyWithJwks(token, client, {
      typ: tokenTypes.plugin,
      audience: this.#ownPluginId,
      requiredClaims: ['iat', 'exp', 'sub', 'aud'],
    });
    if (claims.obo !== undefined && typeof claims.obo !== 'string') {
      throw new TokenRejection('invalid-claim', '"obo" must be a token');
    }
    return {
      result: { subject: `plugin:${source}`, limitedUserToken: claims.obo },
      expiresAt: expiresAt!,
      isTrusted: () => client.stillTrusts(keyVersion),
    };
  }
}
