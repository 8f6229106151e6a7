import { Readable } from 'node:stream';
import type { ReadableStreamDefaultReader } from 'node:stream/web';

/**
 * The body of the answer of a `fetch`, as a stream of Node.js. Nothing of it is touched before it is read:
 * an error that nobody waits for yet, such as that of an abort, would end the process.
 */
export function responseToReadable({ body }: Response): Readable {
  if (!body) return Readable.from([]);
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new Readable({
    async read() {
      try {
        reader ??= body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
        const { done, value } = await reader.read();
        this.push(done ? null : value);
      } catch (error) {
        this.destroy(error as Error);
      }
    },
    destroy(error, callback) {
      const done = () => callback(error);
      (reader ?? body).cancel(error).then(done, done);
    },
  });
}
