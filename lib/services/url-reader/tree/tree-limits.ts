import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** How much may come out of an archive, or be read of a tree in storage. */
export interface TreeLimits {
  /** Files and folders. */
  maxEntries: number;
  /** Bytes of all files together, unpacked. */
  maxBytes: number;
}

const DEFAULTS: TreeLimits = { maxEntries: 500_000, maxBytes: 4 * 1024 ** 3 };

/** Reads `backend.reading.limits`: 500,000 entries and 4 GiB by default. */
export function readTreeLimits(config: Config): TreeLimits {
  const limits = config.getOptionalConfig('backend.reading.limits');
  const read = (key: keyof TreeLimits) => {
    const limit = limits?.getOptionalNumber(key) ?? DEFAULTS[key];
    if (!(limit > 0)) {
      throw new InputError(
        `Invalid config at backend.reading.limits.${key}, '${limit}' must be a number above 0`,
      );
    }
    return limit;
  };
  return { maxEntries: read('maxEntries'), maxBytes: read('maxBytes') };
}

/** Counts what comes out of one archive or tree. */
export class TreeMeter {
  readonly #limits: TreeLimits;
  readonly #subject: 'archive' | 'tree';
  #entries = 0;
  #bytes = 0;

  constructor(limits: TreeLimits = DEFAULTS, subject: 'archive' | 'tree' = 'archive') {
    this.#limits = limits;
    this.#subject = subject;
  }

  /**
   * Counts an entry and its bytes.
   *
   * @throws InputError when the whole has become too large
   */
  count(bytes: number): void {
    this.#entries += 1;
    const { maxEntries } = this.#limits;
    if (this.#entries > maxEntries) {
      throw tooLarge(`${this.#subject} has more than ${maxEntries} entries`, 'maxEntries');
    }
    this.countBytes(bytes);
  }

  /** Counts bytes of an entry that was counted before. @throws InputError as above */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    const { maxBytes } = this.#limits;
    if (this.#bytes > maxBytes) {
      const verb = this.#subject === 'archive' ? 'unpacks to' : 'has';
      throw tooLarge(`${this.#subject} ${verb} more than ${maxBytes} bytes`, 'maxBytes');
    }
  }
}

/** What an archive may have beside its files, for each of its entries. */
const BYTES_PER_ENTRY = 2_048;

/** How large an archive may be of which not all that is unpacked are files: there are headers, too. */
export function withHeaders({ maxBytes, maxEntries }: TreeLimits): number {
  return maxBytes + maxEntries * BYTES_PER_ENTRY;
}

/** Ends the reading of an archive that is too large. @throws InputError */
export async function* checkSize(
  maxBytes: number,
  pieces: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(`archive has more than ${maxBytes} bytes`, 'maxBytes');
    yield piece;
  }
}

function tooLarge(problem: string, key: keyof TreeLimits): InputError {
  return new InputError(
    `The ${problem}; the limit can be raised with backend.reading.limits.${key}`,
  );
}
