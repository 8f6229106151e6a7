import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ConflictError } from '@backstage/errors';
import type { UrlReaderServiceReadUrlResponse } from '../../api';
import { responseToReadable } from './response-to-readable';

/** What is known of a file beside its content. */
export type ReadUrlResponseFactoryFromStreamOptions = {
  etag?: string;
  lastModifiedAt?: Date;
};

/** Makes the answers of readUrl, for URL readers. */
export class ReadUrlResponseFactory {
  static async fromReadable(
    stream: Readable,
    options?: ReadUrlResponseFactoryFromStreamOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    let content: Promise<Buffer> | undefined;
    let streamed = false;
    return {
      buffer: async () => {
        if (streamed) {
          throw usedTwice();
        }
        return (content ??= buffer(stream));
      },
      stream: () => {
        if (content) {
          throw usedTwice();
        }
        streamed = true;
        return stream;
      },
      etag: options?.etag,
      lastModifiedAt: options?.lastModifiedAt,
    };
  }

  /** For streams of before Node.js 10. */
  static async fromNodeJSReadable(
    oldStyleStream: NodeJS.ReadableStream,
    options?: ReadUrlResponseFactoryFromStreamOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    return ReadUrlResponseFactory.fromReadable(Readable.from(oldStyleStream), options);
  }

  /** For the answer of a `fetch`. */
  static async fromResponse(response: Response): Promise<UrlReaderServiceReadUrlResponse> {
    return ReadUrlResponseFactory.fromReadable(responseToReadable(response), {
      etag: response.headers.get('etag') || undefined,
      lastModifiedAt: parseLastModified(response.headers.get('last-modified')),
    });
  }
}

/** The date in a `Last-Modified` header; undefined when there is none. */
export function parseLastModified(value: string | null | undefined): Date | undefined {
  const date = value ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}

function usedTwice(): ConflictError {
  return new ConflictError('Cannot use buffer() and stream() from the same ReadUrlResponse');
}
