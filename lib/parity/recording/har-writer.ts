import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { parse, join } from 'node:path';

/** Options of {@link HarWriter}. */
export interface HarWriterOptions {
  /** Bytes after which a new file begins; a file is larger by one entry at most. */
  maxFileSize: number;
  /** What wrote the file. */
  creator: { name: string; version: string };
}

const END = '\n]}}\n';

/**
 * Writes a HAR file entry by entry. The file is complete at any moment, also when the process is killed:
 * each entry is written over the closing brackets, together with new ones.
 *
 * When a file is large enough it gets a number (`recorded.1.har`, then `recorded.2.har`), and the next
 * entries go to a new file with the name that was given.
 */
export class HarWriter {
  readonly #file: string;
  readonly #maxFileSize: number;
  readonly #head: string;
  #descriptor: number;
  /** Where the closing brackets begin. */
  #position = 0;
  #isEmpty = true;
  #rotations = 0;

  /** @throws Error when the file is there already, or can not be written */
  constructor(file: string, { maxFileSize, creator }: HarWriterOptions) {
    this.#file = file;
    this.#maxFileSize = maxFileSize;
    this.#head = `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"pages":[],"entries":[`;
    this.#descriptor = this.#begin();
  }

  /** At once: what was written is there whatever comes. */
  write(entry: object): void {
    if (this.#position > this.#maxFileSize) {
      this.#rotate();
    }
    const text = `${this.#isEmpty ? '' : ','}\n${JSON.stringify(entry)}`;
    writeSync(this.#descriptor, text + END, this.#position);
    this.#position += Buffer.byteLength(text);
    this.#isEmpty = false;
  }

  /** Removes the file when nothing was written to it. */
  close(): void {
    closeSync(this.#descriptor);
    if (this.#isEmpty) {
      rmSync(this.#file, { force: true });
    }
  }

  #begin(): number {
    // Exclusive: nobody's recording is overwritten.
    const descriptor = openSync(this.#file, 'wx', 0o600);
    writeSync(descriptor, this.#head + END, 0);
    this.#position = Buffer.byteLength(this.#head);
    this.#isEmpty = true;
    return descriptor;
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    const { dir, name, ext } = parse(this.#file);
    this.#rotations++;
    renameSync(this.#file, join(dir, `${name}.${this.#rotations}${ext}`));
    this.#descriptor = this.#begin();
  }
}
