import { ResponseError } from '@backstage/errors';
import type {
  BackstageCredentials,
  BackstageUserInfo,
  DiscoveryService,
  UserInfoService,
} from '../../api';

/** Reads who owns what on behalf of a user from the user's token, or asks the auth plugin. */
export class DefaultUserInfoService implements UserInfoService {
  readonly #discovery: DiscoveryService;

  constructor(options: { discovery: DiscoveryService }) {
    this.#discovery = options.discovery;
  }

  async getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo> {
    const { principal, token } = credentials as BackstageCredentials<{ type?: string }> & {
      token?: string;
    };
    if (principal.type !== 'user') throw new Error('Only user credentials are supported');
    if (!token) throw new Error('User credentials is unexpectedly missing token');

    const { sub, ent } = decodeClaims(token);
    if (typeof sub !== 'string') throw new Error('User entity ref must be a string');
    const ownershipEntityRefs = ent ?? (await this.#fetchOwnership(token));
    if (!ownershipEntityRefs) throw new Error('Ownership entity refs can not be determined');
    if (!isStringArray(ownershipEntityRefs)) {
      throw new Error('Ownership entity refs must be an array of strings');
    }
    return { userEntityRef: sub, ownershipEntityRefs };
  }

  async #fetchOwnership(token: string): Promise<unknown> {
    const baseUrl = await this.#discovery.getBaseUrl('auth');
    const response = await fetch(`${baseUrl}/v1/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    const { claims } = (await response.json()) as { claims?: { ent?: unknown } };
    return claims?.ent;
  }
}

/** The auth service has verified the token already. */
function decodeClaims(token: string): { sub?: unknown; ent?: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}
