/** Ids of the two sides that stand for each other: one to one, for the whole run. */
export class IdPairs {
  readonly #rightOfLeft = new Map<string, string>();
  readonly #leftOfRight = new Map<string, string>();

  /** Remembers a pair; false when one of the two already has another partner. */
  pair(left: string, right: string): boolean {
    if (!this.#rightOfLeft.has(left) && !this.#leftOfRight.has(right)) {
      this.#rightOfLeft.set(left, right);
      this.#leftOfRight.set(right, left);
    }
    return this.#rightOfLeft.get(left) === right && this.#leftOfRight.get(right) === left;
  }
}
