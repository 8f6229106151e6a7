import type { ServerResponse } from 'node:http';

/** Counts the requests that are being answered. */
export class OpenRequests {
  #count = 0;
  #onEmpty?: () => void;
  readonly #onClose = () => {
    this.#count--;
    if (this.#count === 0) {
      this.#onEmpty?.();
    }
  };

  add(res: ServerResponse): void {
    this.#count++;
    res.on('close', this.#onClose);
  }

  /**
   * Resolves when no request is left, and after a time at the latest.
   *
   * @param timeout - milliseconds
   */
  async drain(timeout: number): Promise<void> {
    if (this.#count === 0) {
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.#onEmpty = resolve;
      timer = setTimeout(resolve, timeout);
    });
    clearTimeout(timer);
  }
}
