/** What a token was recognised as. Follows from the token itself, whoever asks. */
export type TokenKind = 'plugin' | 'user' | 'external';

/** The outcome of a successful verification. */
export interface Verified<TResult> {
  result: TResult;
  /** When the token expires, in milliseconds since 1970. */
  expiresAt: number;
  /** Whether the key that signed the token is still in force. Asked on every use. */
  isTrusted(): boolean;
}

interface Entry extends Verified<unknown> {
  kind: TokenKind;
  owner: object;
}

/**
 * Remembers tokens that were verified, so that the signature of each is checked once rather than in
 * every request. An entry lives until the token expires or its key is no longer in force. Failures are
 * never remembered. Bounded: the tokens used longest ago are forgotten first.
 */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, { owner: object; outcome: Promise<Verified<unknown>> }>();
  readonly #maxEntries: number;
  readonly #maxTokenLength: number;

  constructor(options: { maxEntries?: number; maxTokenLength?: number } = {}) {
    this.#maxEntries = options.maxEntries ?? 5000;
    this.#maxTokenLength = options.maxTokenLength ?? 8 * 1024;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The kind of a token, if it is remembered. Says nothing of whether it is still valid. */
  kindOf(token: string): TokenKind | undefined {
    return this.#entries.get(token)?.kind;
  }

  /**
   * The result of an earlier verification, if it still holds.
   *
   * @param owner - whoever verified it: a result never crosses from one set of rules to another
   */
  find<TResult>(token: string, owner: object): TResult | undefined {
    const entry = this.#entries.get(token);
    if (!entry || entry.owner !== owner) return undefined;
    this.#entries.delete(token);
    if (Date.now() >= entry.expiresAt || !entry.isTrusted()) return undefined;
    this.#entries.set(token, entry);
    return entry.result as TResult;
  }

  /** Verifies a token and remembers the outcome. Simultaneous calls for a token share the work. */
  async verify<TResult>(
    token: string,
    kind: TokenKind,
    owner: object,
    verify: () => Promise<Verified<TResult>>,
  ): Promise<TResult> {
    const running = this.#running.get(token);
    if (running?.owner === owner) return (await running.outcome).result as TResult;

    const outcome = verify();
    const mine = { owner, outcome };
    this.#running.set(token, mine);
    try {
      const verified = await outcome;
      this.#remember(token, { ...verified, kind, owner });
      return verified.result;
    } finally {
      if (this.#running.get(token) === mine) this.#running.delete(token);
    }
  }

  #remember(token: string, entry: Entry): void {
    if (token.length > this.#maxTokenLength) return;
    this.#entries.delete(token);
    this.#entries.set(token, entry);
    if (this.#entries.size > this.#maxEntries) {
      this.#entries.delete(this.#entries.keys().next().value!);
    }
  }
}
