import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Parser } from 'tar';
import { checkSize, withHeaders, type TreeLimits } from './tree-limits';

/**
 * Reads a tar archive, packed with gzip or not, up to its end. What follows is not even unpacked: the
 * parser would keep it, and copy it again with each piece that comes.
 *
 * @throws Error when the archive is damaged, InputError when it is too large
 */
export async function feedTar(
  archive: Readable,
  parser: Parser,
  limits: TreeLimits,
): Promise<void> {
  let atEnd = false;
  parser.on('eof', () => {
    atEnd = true;
  });
  const pieces = checkSize(withHeaders(limits), await unpacked(archive));
  async function* untilEnd() {
    for await (const piece of pieces) {
      yield piece;
      if (atEnd) return;
    }
  }
  await pipeline(Readable.from(untilEnd()), parser as unknown as NodeJS.WritableStream);
}

async function unpacked(archive: Readable): Promise<AsyncIterable<Buffer>> {
  const pieces: AsyncIterator<Buffer> = archive[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    start = Buffer.concat([start, next.value]);
    if (start.length > 1) break;
  }
  const whole = Readable.from(
    (async function* again() {
      try {
        yield start;
        for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
          yield next.value;
        }
      } finally {
        archive.destroy();
      }
    })(),
  );
  if (!isGzip(start)) return whole;
  const gunzip = createGunzip();
  // An error of the archive ends the unpacking, which reports it.
  pipeline(whole, gunzip).catch(() => {});
  return refusePackedTwice(gunzip);
}

/** The parser would unpack it once more, without end. */
async function* refusePackedTwice(tar: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let start = Buffer.alloc(0);
  for await (const piece of tar) {
    if (start.length < 2) {
      start = Buffer.concat([start, piece.subarray(0, 2)]);
      if (isGzip(start)) throw new Error('The archive is damaged or incomplete: packed twice');
    }
    yield piece;
  }
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}
