import { jose } from './jose';
import type { PluginKeySource } from './keys/plugin-key-source';
import type { PluginTokenHandler } from './plugin-token-handler';
import { tokenTypes } from './token-format';

const TOKEN_LIFETIME_S = 3600;
/** How long one token serves further requests alike, which then cost the receiver no verification. */
const REUSE_MS = 10_000;
const MAX_REUSABLE = 1000;

/** Issues plugin tokens, valid for an hour, or for as long as the user's own if that is shorter. */
export class PluginTokenIssuer {
  readonly #keySource: PluginKeySource;
  readonly #issued = new Map<string, { token: Promise<string>; until: number }>();

  constructor(keySource: PluginKeySource) {
    this.#keySource = keySource;
  }

  async issueToken(
    options: Parameters<PluginTokenHandler['issueToken']>[0],
  ): Promise<{ token: string }> {
    const { pluginId, targetPluginId, onBehalfOf } = options;
    const subject = JSON.stringify([pluginId, targetPluginId, onBehalfOf?.limitedUserToken]);
    const now = Date.now();
    const issued = this.#issued.get(subject);
    if (issued && now < issued.until) return { token: await issued.token };

    const expiresAt = Math.min(
      Math.floor(now / 1000) + TOKEN_LIFETIME_S,
      Math.floor((onBehalfOf?.expiresAt.getTime() ?? Infinity) / 1000),
    );
    const token = this.#sign({ ...options, issuedAt: Math.floor(now / 1000), expiresAt });
    this.#issued.delete(subject);
    this.#issued.set(subject, { token, until: Math.min(now + REUSE_MS, expiresAt * 1000) });
    if (this.#issued.size > MAX_REUSABLE) this.#issued.delete(this.#issued.keys().next().value!);
    try {
      return { token: await token };
    } catch (error) {
      this.#issued.delete(subject);
      throw error;
    }
  }

  async #sign(
    options: Parameters<PluginTokenHandler['issueToken']>[0] & {
      issuedAt: number;
      expiresAt: number;
    },
  ): Promise<string> {
    const key = await this.#keySource.getPrivateSigningKey();
    const claims = {
      sub: options.pluginId,
      aud: options.targetPluginId,
      iat: options.issuedAt,
      exp: options.expiresAt,
      obo: options.onBehalfOf?.limitedUserToken,
    };
    const { SignJWT } = jose();
    return new SignJWT(claims)
      .setProtectedHeader({ typ: tokenTypes.plugin, alg: key.algorithm, kid: key.id })
      .sign(key.privateKey);
  }
}
