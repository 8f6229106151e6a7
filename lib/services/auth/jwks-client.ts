import type { FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters, JWTVerifyGetKey } from 'jose';
import { TokenRejection } from './errors';
import { fetchJwks, unavailable } from './fetch-jwks';
import { jose } from './jose';

/** A key set older than this is not used any more: a key that was withdrawn lives no longer. */
const MAX_AGE_MS = 10 * 60_000;
/** A key set older than this is fetched anew beside the request that asks for it. */
const REFRESH_AGE_MS = 5 * 60_000;
const RETRY_PAUSE_MS = 1_000;
const MAX_LOADS_PER_MINUTE = 10;

/** Identifies the keys behind a key id. Equal only while they do not change. */
export type KeyVersion = { readonly kid: string; readonly content: string };

interface KeySet {
  find: JWTVerifyGetKey;
  versions: Map<string, KeyVersion>;
  loadedAt: number;
  /** The first that is asked for has number 1. */
  number: number;
}

/** A key, and how to find out later whether it is still in force. */
export interface FoundKey {
  key: Awaited<ReturnType<JWTVerifyGetKey>>;
  version: KeyVersion;
}

const WITHOUT_KEY_ID = '';

/**
 * The public keys at one JWKS endpoint. Fetched when first needed and kept for ten minutes; a token with
 * an unknown key id makes it fetch them at once, at most ten times a minute, so that neither a rotated
 * key has to wait nor a stranger can make us flood the endpoint. An endpoint that fails is left alone for
 * a second.
 */
export class JwksClient {
  readonly #url: string;
  #keySet?: KeySet;
  #loading?: Promise<KeySet>;
  #loadCount = 0;
  #loadTimes: number[] = [];
  #failure?: { at: number; error: TokenRejection };

  constructor(url: string) {
    this.#url = url;
  }

  /** True once the endpoint has answered with a key set. */
  get isProven(): boolean {
    return this.#keySet !== undefined;
  }

  /** Whether a key that a token was verified with is still published. */
  stillTrusts(version: KeyVersion): boolean {
    const age = this.#age();
    if (age >= MAX_AGE_MS) return false;
    if (age >= REFRESH_AGE_MS) this.#load().catch(() => {}); // Until MAX_AGE_MS a failure changes nothing.
    return this.#keySet?.versions.get(version.kid) === version;
  }

  /**
   * The key for a token.
   *
   * @throws TokenRejection when the keys cannot be had, or none of them fits
   */
  async getKey(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<FoundKey> {
    const loadsBefore = this.#loadCount;
    let keySet = this.#age() < MAX_AGE_MS ? this.#keySet! : await this.#load();
    for (;;) {
      const found = await findKey(keySet, header, token);
      if (found) return found;
      // Keys that were asked for before the token came may have been published since.
      const isUpToDate = keySet.number > loadsBefore;
      if (isUpToDate || !this.#mayReload()) {
        throw new TokenRejection('unknown-key', 'no published key has the id of the token');
      }
      keySet = await this.#load();
    }
  }

  #age(): number {
    return this.#keySet ? Date.now() - this.#keySet.loadedAt : Infinity;
  }

  #mayReload(): boolean {
    if (this.#loading) return true;
    const now = Date.now();
    return this.#loadTimes.filter(at => now - at < 60_000).length < MAX_LOADS_PER_MINUTE;
  }

  #load(): Promise<KeySet> {
    if (this.#loading) return this.#loading;
    const now = Date.now();
    if (this.#failure && now - this.#failure.at < RETRY_PAUSE_MS) {
      return Promise.reject(this.#failure.error);
    }
    this.#loading = this.#fetchKeySet()
      .then(
        keySet => {
          this.#failure = undefined;
          this.#loadTimes = [...this.#loadTimes, now].slice(-MAX_LOADS_PER_MINUTE);
          return (this.#keySet = keySet);
        },
        error => {
          this.#failure = { at: Date.now(), error };
          throw error;
        },
      )
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #fetchKeySet(): Promise<KeySet> {
    const loadedAt = Date.now();
    const number = ++this.#loadCount;
    const jwks = await fetchJwks(this.#url);
    const { createLocalJWKSet } = jose();
    try {
      return { find: createLocalJWKSet(jwks), versions: this.#versions(jwks), loadedAt, number };
    } catch (error) {
      throw unavailable(this.#url, 'did not answer with a JSON Web Key Set', error);
    }
  }

  /** Keeps the version objects of keys that have not changed, so that tokens stay verified. */
  #versions(jwks: JSONWebKeySet): Map<string, KeyVersion> {
    const contents = new Map([[WITHOUT_KEY_ID, JSON.stringify(jwks.keys)]]);
    for (const key of jwks.keys) {
      if (!key.kid) continue;
      contents.set(key.kid, (contents.get(key.kid) ?? '') + JSON.stringify(key));
    }
    const versions = new Map<string, KeyVersion>();
    for (const [kid, content] of contents) {
      const before = this.#keySet?.versions.get(kid);
      versions.set(kid, before?.content === content ? before : { kid, content });
    }
    return versions;
  }
}

async function findKey(
  { find, versions }: KeySet,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
): Promise<FoundKey | undefined> {
  try {
    const key = await find(header as Parameters<JWTVerifyGetKey>[0], token);
    return { key, version: versions.get(keyIdOf(header))! };
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_JWKS_NO_MATCHING_KEY') return undefined;
    throw error;
  }
}

/** A key id that is not a string counts as none, to jose as to us. */
function keyIdOf({ kid }: JWSHeaderParameters): string {
  return typeof kid === 'string' ? kid : WITHOUT_KEY_ID;
}
