import { Readable } from 'node:stream';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { UrlReaderServiceReadUrlResponse } from '../../api';
import { ReadUrlResponseFactory } from './read-url-response-factory';

const KEY = 'backend.reading.limits.maxFileBytes';

/** Bounds the size of files that are read by their URL. */
export class FileSizeLimit {
  readonly #maxBytes: number;

  /** Reads `backend.reading.limits.maxFileBytes`: no limit by default. @throws InputError */
  static fromConfig(config: Config): FileSizeLimit | undefined {
    const maxBytes = config.getOptionalNumber(KEY);
    if (maxBytes === undefined) {
      return undefined;
    }
    if (!(maxBytes > 0)) {
      throw new InputError(`Invalid config at ${KEY}, '${maxBytes}' must be a number above 0`);
    }
    return new FileSizeLimit(maxBytes);
  }

  private constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The same answer, which fails with InputError as soon as too much has come. */
  async limit(
    url: string,
    response: UrlReaderServiceReadUrlResponse,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    return ReadUrlResponseFactory.fromReadable(
      Readable.from(this.#count(url, response), { objectMode: false }),
      response,
    );
  }

  async *#count(url: string, response: UrlReaderServiceReadUrlResponse) {
    let bytes = 0;
    for await (const chunk of response.stream?.() ?? [await response.buffer()]) {
      bytes += chunk.length;
      if (bytes > this.#maxBytes) {
        throw new InputError(
          `The file ${url} has more than ${this.#maxBytes} bytes; the limit can be raised with ${KEY}`,
        );
      }
      yield chunk;
    }
  }
}
