import { addAbortSignal, type Readable } from 'node:stream';

/** Ends the content that a client of storage has begun to give, since not all of them heed a signal then. */
export function endWhenAborted<TContent>(content: TContent, signal?: AbortSignal): TContent {
  return signal ? (addAbortSignal(signal, content as Readable) as TContent) : content;
}
