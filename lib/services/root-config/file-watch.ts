import { unwatchFile, watchFile, type Stats } from 'node:fs';

/** How often files are looked at. */
const INTERVAL_MS = 250;

/** What {@link FileWatch.until} returns. */
export interface FileChange {
  /** Aborted when a file has changed, or the watch is closed. */
  signal: AbortSignal;
  /** Resolves at the same moment. */
  happened: Promise<void>;
}

/**
 * Notices changes of files, one change at a time. Looks at them in an interval: that sees what editors
 * do by renaming, what Kubernetes does by swapping links, and files on network mounts; and it does not
 * keep the process alive.
 */
export class FileWatch {
  #closed = false;
  #end: () => void = () => {};

  /** @param signal - closes the watch */
  constructor(signal?: AbortSignal) {
    if (signal?.aborted) {
      this.#closed = true;
    }
    signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Waits for the next change of any of the files, instead of those given before. */
  until(files: string[]): FileChange {
    this.#end();
    const controller = new AbortController();
    const happened = new Promise<void>(resolve => {
      const look = (now: Stats, before: Stats) => {
        // Of a file that does not exist, the first look is called a change.
        if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) {
          this.#end();
        }
      };
      this.#end = () => {
        this.#end = () => {};
        files.forEach(file => unwatchFile(file, look));
        controller.abort();
        resolve();
      };
      files.forEach(file => watchFile(file, { persistent: false, interval: INTERVAL_MS }, look));
    });
    return { signal: controller.signal, happened };
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }
}
