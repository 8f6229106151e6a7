import { addAbortSignal, Readable } from 'node:stream';

/** Bytes as they come from a client of storage. */
export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * A stream that is opened when it is read: of a large tree, not all files are open at once.
 *
 * @param signal - ends the reading with an AbortError, also where what was opened knows of no signal
 */
export function readLater(open: () => Content | Promise<Content>, signal?: AbortSignal): Readable {
  return Readable.from(
    (async function* read() {
      signal?.throwIfAborted();
      const content = await open();
      if (signal && content instanceof Readable) addAbortSignal(signal, content);
      yield* content;
    })(),
    { objectMode: false },
  );
}
