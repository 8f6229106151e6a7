import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Characters. */
const MAX_LINE = 1_000_000;

/** A line is longer than any that could be meant. */
export class LongLineError extends Error {
  override readonly name = 'LongLineError';
}

/**
 * The lines of a file of any size, numbered from 1; of a compressed one where its name ends with `.gz`.
 *
 * @throws LongLineError, or the error of reading
 */
export async function* readLines(file: string): AsyncGenerator<[line: string, number: number]> {
  const source = createReadStream(file);
  // The errors of both come out of the last stream.
  const bytes = file.endsWith('.gz') ? pipeline(source, createGunzip(), () => {}) : source;
  let rest = '';
  let number = 0;
  try {
    for await (const chunk of bytes.setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        yield [line, ++number];
      }
      if (rest.length > MAX_LINE) {
        throw new LongLineError(`line ${number + 1} has more than ${MAX_LINE} characters`);
      }
    }
    if (rest !== '') {
      yield [rest, ++number];
    }
  } finally {
    source.destroy();
  }
}
