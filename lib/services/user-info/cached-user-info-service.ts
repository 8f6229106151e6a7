import type { BackstageCredentials, BackstageUserInfo, UserInfoService } from '../../api';

const TTL_MS = 5_000;
const MAX_ENTRIES = 1000;

interface Entry {
  info: Promise<BackstageUserInfo>;
  expiresAt: number;
}

/** By token. Shared by the plugins of a backend. The oldest entries come first. */
export type UserInfoCache = Map<string, Entry>;

/** Remembers for five seconds what is known of the bearer of a token. */
export class CachedUserInfoService implements UserInfoService {
  readonly #delegate: UserInfoService;
  readonly #cache: UserInfoCache;

  constructor(delegate: UserInfoService, cache: UserInfoCache) {
    this.#delegate = delegate;
    this.#cache = cache;
  }

  async getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo> {
    const { token } = credentials as { token?: string };
    if (!token) return this.#delegate.getUserInfo(credentials);

    this.#forgetExpired();
    const known = this.#cache.get(token);
    if (known) return known.info;

    const entry = {
      info: this.#delegate.getUserInfo(credentials),
      expiresAt: Date.now() + TTL_MS,
    };
    this.#cache.set(token, entry);
    entry.info.catch(() => {
      if (this.#cache.get(token) === entry) this.#cache.delete(token);
    });
    return entry.info;
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [token, { expiresAt }] of this.#cache) {
      if (now < expiresAt && this.#cache.size < MAX_ENTRIES) return;
      this.#cache.delete(token);
    }
  }
}
