import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type * as Tar from 'tar';
import type { UrlReaderServiceReadTreeResponse } from '../../../api';
import { withTemporaryFolder } from './temporary-folder';

/** Packs the files of a tree into a tar archive. */
export function packTree(
  workDir: string,
  dir: UrlReaderServiceReadTreeResponse['dir'],
): Promise<Readable> {
  return withTemporaryFolder(workDir, async folder => {
    await dir({ targetDir: folder });
    const tar = require('tar') as typeof Tar;
    return Readable.from([await buffer(tar.create({ cwd: folder }, ['']) as unknown as Readable)]);
  });
}
