import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** How much may come out of an archive. */
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

/** Counts what comes out of one archive. */
export class TreeMeter {
  readonly #limits: TreeLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: TreeLimits) {
    this.#limits = limits;
  }

  /** @throws InputError when the archive has become too large */
  count(bytes: number): void {
    this.#entries += 1;
    this.#bytes += bytes;
    const { maxEntries, maxBytes } = this.#limits;
    if (this.#entries > maxEntries) {
      throw tooLarge(`has more than ${maxEntries} entries`, 'maxEntries');
    }
    if (this.#bytes > maxBytes) {
      throw tooLarge(`unpacks to more than ${maxBytes} bytes`, 'maxBytes');
    }
  }
}

/** Ends the download of an archive that is larger than its files may be. @throws InputError */
export async function* checkDownload(
  { maxBytes }: TreeLimits,
  pieces: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(`has more than ${maxBytes} bytes`, 'maxBytes');
    yield piece;
  }
}

function tooLarge(problem: string, key: keyof TreeLimits): InputError {
  return new InputError(
    `The archive ${problem}; the limit can be raised with backend.reading.limits.${key}`,
  );
}
