import { Readable } from 'node:stream';

/** A stream that is opened when it is read: of a large tree, not all files are open at once. */
export function readLater(
  open: () => Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>>,
): Readable {
  return Readable.from(
    (async function* read() {
      yield* await open();
    })(),
    { objectMode: false },
  );
}
