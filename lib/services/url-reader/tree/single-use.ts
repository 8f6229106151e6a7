/** Guards a stream that can be read only once. */
export class SingleUse {
  #used = false;

  /** @throws Error the second time */
  use(): void {
    if (this.#used) {
      throw new Error('Response has already been read');
    }
    this.#used = true;
  }
}
