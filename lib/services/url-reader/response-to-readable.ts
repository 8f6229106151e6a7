import { Readable } from 'node:stream';

/** The body of the answer of a `fetch`, as a stream of Node.js. */
export function responseToReadable(response: Response): Readable {
  return response.body ? Readable.fromWeb(response.body as any) : Readable.from([]);
}
