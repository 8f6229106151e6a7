/** What an id of a side is called where both sides are compared. */
export interface IdNames {
  left(id: string): string;
  right(id: string): string;
}

/** Ids of the two sides that stand for each other: one to one, for the whole run. */
export class IdPairs {
  readonly #rightOfLeft = new Map<string, string>();
  readonly #leftOfRight = new Map<string, string>();

  /** Names that are the same for ids that stand for each other; `{id}` for an id without a partner. */
  readonly names: IdNames = {
    left: id => this.#rightOfLeft.get(id.toLowerCase()) ?? '{id}',
    right: id => (this.#leftOfRight.has(id.toLowerCase()) ? id.toLowerCase() : '{id}'),
  };

  /** What the other side calls an id of the left side, where that is known. */
  rightOf(id: string): string | undefined {
    return this.#rightOfLeft.get(id.toLowerCase());
  }

  /** Pairs that an answer suggests; they count for later answers once they are kept. */
  suggest(): { pair(left: string, right: string): boolean; keep(): void } {
    const suggested = new Map<string, string>();
    const taken = new Map<string, string>();
    return {
      pair: (left, right) => {
        const partner = this.#rightOfLeft.get(left) ?? suggested.get(left);
        const owner = this.#leftOfRight.get(right) ?? taken.get(right);
        if (partner === undefined && owner === undefined) {
          suggested.set(left, right);
          taken.set(right, left);
          return true;
        }
        return partner === right && owner === left;
      },
      keep: () => {
        for (const [left, right] of suggested) {
          if (!this.#rightOfLeft.has(left) && !this.#leftOfRight.has(right)) {
            this.#rightOfLeft.set(left, right);
            this.#leftOfRight.set(right, left);
          }
        }
      },
    };
  }
}
