import type { Readable } from 'node:stream';
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

/** Keeps what passes through a stream, as long as it is not too much. */
export class RecordedBody {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  /** How many bytes have passed. */
  size = 0;

  constructor(stream: Readable, limit: number) {
    this.#limit = limit;
    stream.on('data', (chunk: Buffer) => {
      this.size += chunk.length;
      if (this.size > limit) {
        this.#chunks.length = 0;
      } else {
        this.#chunks.push(chunk);
      }
    });
  }

  /** As a text; undefined where it is empty, too large, or no text. */
  text(encoding: string | undefined): string | undefined {
    if (this.size === 0 || this.size > this.#limit) {
      return undefined;
    }
    try {
      const bytes = decode(Buffer.concat(this.#chunks), encoding, this.#limit * 10);
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return undefined; // Binary, or not encoded as it says.
    }
  }
}

function decode(bytes: Buffer, encoding: string | undefined, maxOutputLength: number): Buffer {
  // What was cut off by an abort is still worth reading.
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case undefined:
    case 'identity':
      return bytes;
    case 'gzip':
      return gunzipSync(bytes, options);
    case 'deflate':
      return inflateSync(bytes, options);
    case 'br':
      return brotliDecompressSync(bytes, { maxOutputLength });
    default:
      throw new Error(`Unknown encoding ${encoding}`);
  }
}
