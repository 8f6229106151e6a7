import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ConfigReader } from '@backstage/config';
import { use, expect } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { Parser, type ReadEntry } from 'tar';
import { DefaultReadTreeResponseFactory } from '../../../lib/services/url-reader/tree/default-read-tree-response-factory';
import { tarGz, zip, type ArchiveEntry } from './archives';

use(chaiAsPromised);

const repository: ArchiveEntry[] = [
  { path: 'repo-1a2b/', type: 'Directory' },
  { path: 'repo-1a2b/mkdocs.yml', content: 'site: x' },
  { path: 'repo-1a2b/docs/', type: 'Directory' },
  { path: 'repo-1a2b/docs/index.md', content: '# hello' },
  { path: 'repo-1a2b/docs/deep/page.md', content: '# page' },
];

describe('The answer of readTree', () => {
  let workDir: string;

  beforeEach(() => {
    workDir = mkdtempSync(join(tmpdir(), 'tree-test-'));
  });

  afterEach(() => rmSync(workDir, { recursive: true, force: true }));

  const create = (limits?: object) =>
    DefaultReadTreeResponseFactory.create({
      config: new ConfigReader({
        backend: { workingDirectory: workDir, ...(limits && { reading: { limits } }) },
      }),
    });
  const streamOf = (archive: Buffer) => Readable.from([archive]);
  const listOf = (dir: string) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter(entry => !entry.isDirectory())
      .map(entry => join(entry.parentPath ?? (entry as any).path, entry.name).slice(dir.length + 1))
      .sort();

  for (const kind of ['tar', 'zip'] as const) {
    describe(`from a ${kind} archive`, () => {
      const strip = kind === 'zip' ? (path: string) => path.replace('repo-1a2b/', '') : undefined;
      const pack = (entries: ArchiveEntry[]) =>
        kind === 'tar'
          ? tarGz(entries)
          : zip(entries.map(entry => ({ ...entry, path: strip!(entry.path) })).filter(e => e.path));
      const read = (
        entries: ArchiveEntry[],
        options: { subpath?: string; filter?: (path: string) => boolean } = {},
        limits?: object,
      ) => {
        const request = { stream: streamOf(pack(entries)), etag: 'e1', ...options };
        return kind === 'tar'
          ? create(limits).fromTarArchive(request)
          : create(limits).fromZipArchive(request);
      };

      it('gives the files and their content', async () => {
        const tree = await read(repository);
        const files = await tree.files();

        expect(files.map(file => file.path)).to.deep.equal([
          'mkdocs.yml',
          'docs/index.md',
          'docs/deep/page.md',
        ]);
        expect((await files[1].content()).toString()).to.equal('# hello');
        expect(tree.etag).to.equal('e1');
      });

      it('gives the files below a subpath only', async () => {
        const files = await (await read(repository, { subpath: 'docs' })).files();

        expect(files.map(file => file.path)).to.deep.equal(['index.md', 'deep/page.md']);
      });

      it('does not take a folder for another whose name it begins with', async () => {
        const entries = [...repository, { path: 'repo-1a2b/docs2/no.md', content: 'no' }];

        const files = await (await read(entries, { subpath: 'docs/' })).files();

        expect(files.map(file => file.path)).to.not.include('no.md');
      });

      it('leaves out what the filter does not want', async () => {
        const tree = await read(repository, { filter: path => path.endsWith('.yml') });

        expect((await tree.files()).map(file => file.path)).to.deep.equal(['mkdocs.yml']);
      });

      it('unpacks into a new folder of the working directory', async () => {
        const dir = await (await read(repository)).dir();

        expect(dir).to.match(new RegExp(`^${join(workDir, 'backstage-')}`));
        expect(listOf(dir)).to.deep.equal(['docs/deep/page.md', 'docs/index.md', 'mkdocs.yml']);
        expect(readFileSync(join(dir, 'docs/index.md'), 'utf8')).to.equal('# hello');
        expect(readdirSync(workDir)).to.have.length(1);
      });

      it('unpacks into the folder that is asked for, with subpath and filter', async () => {
        const targetDir = mkdtempSync(join(workDir, 'mine-'));
        const tree = await read(repository, {
          subpath: 'docs',
          filter: path => path.includes('/'),
        });

        expect(await tree.dir({ targetDir })).to.equal(targetDir);
        expect(listOf(targetDir)).to.deep.equal(['deep/page.md']);
      });

      it('gives the archive as it came', async () => {
        const archive = await (await read(repository)).archive();

        expect(await buffer(archive)).to.deep.equal(pack(repository));
      });

      it('packs the folder of a subpath into a tar archive', async () => {
        const archive = await (await read(repository, { subpath: 'docs' })).archive();

        expect(await pathsOf(await buffer(archive))).to.deep.equal(['deep/page.md', 'index.md']);
        expect(readdirSync(workDir)).to.deep.equal([]);
      });

      it('can be read once', async () => {
        const tree = await read(repository);
        await tree.files();

        await expect(tree.dir()).to.be.rejectedWith('Response has already been read');
      });

      it('fails with the error of a filter, and leaves nothing behind', async () => {
        const filter = () => {
          throw new RangeError('filter failed');
        };

        await expect((await read(repository, { filter })).dir()).to.be.rejectedWith(
          RangeError,
          'filter failed',
        );
        await expect((await read(repository, { filter })).files()).to.be.rejectedWith(
          RangeError,
          'filter failed',
        );
        expect(readdirSync(workDir)).to.deep.equal([]);
      });

      it('refuses an archive with more entries than allowed', async () => {
        const message = 'raised with backend.reading.limits.maxEntries';
        for (const use of ['files', 'dir'] as const) {
          const tree = await read(repository, {}, { maxEntries: 2 });
          await expect(tree[use]()).to.be.rejectedWith(message);
        }
        expect(readdirSync(workDir)).to.deep.equal([]);
      });

      it('refuses an archive that unpacks to more than allowed', async () => {
        const bomb = [...repository, { path: 'repo-1a2b/zeros', content: '0'.repeat(1_000_000) }];

        for (const use of ['files', 'dir'] as const) {
          const tree = await read(bomb, {}, { maxBytes: 100_000 });
          await expect(tree[use]()).to.be.rejectedWith('unpacks to more than 100000 bytes');
        }
      });

      it('refuses an archive that is cut off', async () => {
        const whole = pack([...repository, { path: 'repo-1a2b/x', content: 'abc'.repeat(5000) }]);
        const half = () => streamOf(whole.subarray(0, whole.length - 40));
        const from = () =>
          kind === 'tar'
            ? create().fromTarArchive({ stream: half(), etag: '' })
            : create().fromZipArchive({ stream: half(), etag: '' });

        await expect((await from()).files()).to.be.rejected;
        await expect((await from()).dir()).to.be.rejected;
      });

      it('fails when a file cannot be written, instead of leaving it out', async () => {
        const tree = await read([
          { path: 'repo-1a2b/a', content: 'a file' },
          { path: 'repo-1a2b/a/b', content: 'in a file' },
        ]);

        await expect(tree.dir()).to.be.rejectedWith(/EEXIST|ENOTDIR/);
        expect(readdirSync(workDir)).to.deep.equal([]);
      });

      it('refuses what is not an archive', async () => {
        const page = () => streamOf(Buffer.from('<html>'.repeat(200)));
        const from = () =>
          kind === 'tar'
            ? create().fromTarArchive({ stream: page(), etag: '' })
            : create().fromZipArchive({ stream: page(), etag: '' });

        await expect((await from()).files()).to.be.rejected;
        await expect((await from()).dir()).to.be.rejected;
      });

      it('never writes outside of its folder', async () => {
        const hostile = [
          '../evil',
          'repo-1a2b/../../evil',
          'repo-1a2b/docs/../../../evil',
          '/evil',
          'repo-1a2b//evil-inside/../../../evil',
          'repo-1a2b/..\\..\\evil',
        ];
        for (const path of hostile) {
          const targetDir = mkdtempSync(join(workDir, 'a-'));
          const tree = await read([{ path, content: 'evil' }]);
          await tree.dir({ targetDir }).catch(() => {});
          expect(existsSync(join(workDir, 'evil')), path).to.be.false;
          expect(existsSync('/evil'), path).to.be.false;
          expect(
            listOf(targetDir).filter(file => file.includes('..')),
            path,
          ).to.deep.equal([]);
        }
        const files = await (await read(repository)).files();
        expect(files).to.have.length(3);
      });
    });
  }

  describe('from a tar archive', () => {
    const read = (archive: Buffer) =>
      create({ maxBytes: 100_000 }).fromTarArchive({ stream: streamOf(archive), etag: '' });

    it('does not unpack what follows its end', async () => {
      const tar = gunzipSync(tarGz(repository));
      const archive = gzipSync(Buffer.concat([tar, Buffer.alloc(200_000_000)]));
      expect(await (await read(archive)).files()).to.have.length(3);
      expect(listOf(await (await read(archive)).dir())).to.have.length(3);
    });

    for (const [what, typeFlag] of [
      ['entries of an unknown type', 'Y'],
      ['global headers', 'g'],
    ]) {
      it(`is refused when it has ${what} without end`, async () => {
        const header = gunzipSync(tarGz([{ path: 'x', content: 'x', size: 500_000 }]));
        header.write(typeFlag, 156);
        header.write('        ', 148);
        const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
        header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
        const entry = Buffer.concat([header.subarray(0, 512), Buffer.alloc(500_224)]);
        for (const use of ['files', 'dir'] as const) {
          let sent = 0;
          async function* endless() {
            for (; sent < 100; sent += 1) yield entry;
          }
          const tree = await create({ maxBytes: 100_000, maxEntries: 1_000 }).fromTarArchive({
            stream: Readable.from(endless()),
            etag: '',
          });
          await expect(tree[use]()).to.be.rejectedWith('The archive has more than 2148000 bytes');
          expect(sent).to.be.lessThan(20);
        }
        expect(readdirSync(workDir)).to.deep.equal([]);
      });
    }

    it('refuses one that is packed twice', async () => {
      const archive = gzipSync(tarGz(repository));
      await expect((await read(archive)).files()).to.be.rejectedWith('packed twice');
      await expect((await read(archive)).dir()).to.be.rejectedWith('packed twice');
      expect(readdirSync(workDir)).to.deep.equal([]);
    });

    it('may be not packed at all, and come in single bytes', async () => {
      const bytes = [...gunzipSync(tarGz(repository))].map(byte => Buffer.from([byte]));
      const tree = await create().fromTarArchive({ stream: Readable.from(bytes), etag: '' });
      expect(await tree.files()).to.have.length(3);
    });
  });

  it('ends the download of a zip archive that is larger than its files may be', async () => {
    let sent = 0;
    async function* endless() {
      for (;;) {
        sent += 10_000;
        yield Buffer.alloc(10_000);
      }
    }
    const tree = await create({ maxBytes: 100_000 }).fromZipArchive({
      stream: Readable.from(endless()),
      etag: '',
    });
    await expect(tree.files()).to.be.rejectedWith('The archive has more than 100000 bytes');
    expect(sent).to.be.lessThan(1_000_000);
    expect(readdirSync(workDir)).to.deep.equal([]);
  });

  describe('from a zip archive', () => {
    const read = (archive: Buffer, limits?: object) =>
      create(limits).fromZipArchive({ stream: streamOf(archive), etag: '' });

    for (const form of ['sizes behind', 'zip64'] as const) {
      it(`may have entries with ${form === 'zip64' ? 'sizes of 64 bits' : form}`, async () => {
        const archive = zip([
          { path: 'a', content: 'A', form },
          { path: 'b', content: 'B', form },
        ]);
        const files = await (await read(archive)).files();
        expect(files.map(({ path }) => path)).to.deep.equal(['a', 'b']);
        expect(String(await files[1].content())).to.equal('B');
        expect(listOf(await (await read(archive)).dir())).to.deep.equal(['a', 'b']);
      });
    }

    const zeros = '0'.repeat(3_000_000);
    const overlapping = () => {
      const archive = zip(['a', 'b', 'c'].map(path => ({ path, content: '0'.repeat(50_000) })));
      let entry = archive.indexOf('PK\x01\x02', 0, 'latin1');
      for (; entry >= 0; entry = archive.indexOf('PK\x01\x02', entry + 4, 'latin1')) {
        archive.writeUInt32LE(0, entry + 42); // all have the content of the first
      }
      return archive;
    };
    const tooLarge = /unpacks to more than 100000 bytes/;
    const hostile: Array<[what: string, archive: () => Buffer, failure: RegExp]> = [
      [
        'says that a bomb is small',
        () => zip([{ path: 'a', content: zeros, size: 9 }]),
        /too many/,
      ],
      ['has less than it says', () => zip([{ path: 'a', content: 'A', size: 9 }]), /not enough/],
      ['says it has exabytes', () => zip([{ path: 'a', form: 'zip64', size: 2 ** 52 }]), tooLarge],
      ['has entries that overlap', overlapping, tooLarge],
      [
        'is encrypted',
        () => zip([{ path: 'a', content: 'A', form: 'encrypted' }]),
        /^The archive cannot be read, entry is encrypted/,
      ],
      ['goes up', () => zip([{ path: 'a/../../b' }]), /cannot be read, invalid relative path/],
      ['goes up on Windows', () => zip([{ path: '..\\b' }]), /cannot be read, invalid relative/],
      ['is absolute', () => zip([{ path: '/b' }]), /cannot be read, absolute path/],
      ['is absolute on Windows', () => zip([{ path: 'C:\\b' }]), /cannot be read, absolute path/],
    ];
    for (const [what, archive, failure] of hostile) {
      it(`is refused when it ${what}, and leaves nothing behind`, async () => {
        for (const use of ['files', 'dir'] as const) {
          const tree = await read(archive(), { maxBytes: 100_000 });
          await expect(tree[use]()).to.be.rejectedWith(failure);
        }
        expect(readdirSync(workDir)).to.deep.equal([]);
      });
    }

    it('has the last of several files of one name', async () => {
      const archive = zip([
        { path: 'a', content: 'first' },
        { path: 'a', content: 'last' },
      ]);
      const dir = await (await read(archive)).dir();
      expect(readFileSync(join(dir, 'a'), 'utf8')).to.equal('last');
    });
  });

  describe('from a tar archive with links', () => {
    const dirOf = async (entries: ArchiveEntry[]) =>
      (await create().fromTarArchive({ stream: streamOf(tarGz(entries)), etag: '' })).dir();

    it('keeps links within the tree', async () => {
      const dir = await dirOf([
        ...repository,
        { path: 'repo-1a2b/docs/link.md', type: 'SymbolicLink', linkpath: 'index.md' },
      ]);

      expect(readFileSync(join(dir, 'docs/link.md'), 'utf8')).to.equal('# hello');
    });

    it('leaves out links that lead out of it, straight or by way of others', async () => {
      const dir = await dirOf([
        { path: 'r/a/b/c/', type: 'Directory' },
        { path: 'r/absolute', type: 'SymbolicLink', linkpath: '/etc/passwd' },
        { path: 'r/up', type: 'SymbolicLink', linkpath: '../../../etc/passwd' },
        { path: 'r/a/b/c/root', type: 'SymbolicLink', linkpath: '../../..' },
        { path: 'r/chain', type: 'SymbolicLink', linkpath: 'a/b/c/root/../..' },
        { path: 'r/dangling', type: 'SymbolicLink', linkpath: 'later' },
      ]);

      expect(listOf(dir).filter(path => !path.includes('a/b/c'))).to.deep.equal([]);
      expect(existsSync(join(dir, 'chain'))).to.be.false;
    });

    it('does not write through links', async () => {
      const outside = mkdtempSync(join(workDir, 'outside-'));
      await dirOf([
        { path: 'r/out', type: 'SymbolicLink', linkpath: outside },
        { path: 'r/out/evil', content: 'evil' },
      ]).catch(() => {});

      expect(readdirSync(outside)).to.deep.equal([]);
    });

    it('leaves out hard links, devices and pipes', async () => {
      const dir = await dirOf([
        ...repository,
        { path: 'repo-1a2b/hard', type: 'Link', linkpath: '/etc/passwd' },
        { path: 'repo-1a2b/pipe', type: 'FIFO' },
        { path: 'repo-1a2b/device', type: 'CharacterDevice' },
      ]);

      expect(listOf(dir)).to.deep.equal(['docs/deep/page.md', 'docs/index.md', 'mkdocs.yml']);
    });

    it('is no reason to give a link as a file', async () => {
      const entries: ArchiveEntry[] = [
        { path: 'r/x', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      ];
      const tree = await create().fromTarArchive({ stream: streamOf(tarGz(entries)), etag: '' });

      expect(await tree.files()).to.deep.equal([]);
    });
  });

  describe('from single files', () => {
    const read = () =>
      create().fromReadableArray([
        { path: 'a.txt', data: Readable.from(['A']) },
        { path: 'b/', data: Readable.from([]) },
        { path: 'b/c.txt', data: Readable.from(['C']), lastModifiedAt: new Date(5) },
      ]);

    it('gives the files, each as often as wanted', async () => {
      const files = await (await read()).files();

      expect(files.map(({ path, lastModifiedAt }) => [path, lastModifiedAt])).to.deep.equal([
        ['a.txt', undefined],
        ['b/c.txt', new Date(5)],
      ]);
      expect(String(await files[1].content())).to.equal('C');
      expect(String(await files[1].content())).to.equal('C');
    });

    it('writes them into a folder, and packs them', async () => {
      const dir = await (await read()).dir();
      expect(listOf(dir)).to.deep.equal(['a.txt', 'b/c.txt']);
      expect(statSync(join(dir, 'a.txt')).size).to.equal(1);

      const archive = await (await read()).archive();
      expect(await pathsOf(await buffer(archive))).to.deep.equal(['a.txt', 'b/c.txt']);
    });

    it('refuses paths that lead out', async () => {
      const tree = await create().fromReadableArray([{ path: '../x', data: Readable.from(['x']) }]);

      await expect(tree.dir()).to.be.rejectedWith('Relative path is not allowed');
    });
  });

  it('names a limit that is none', () => {
    expect(() => create({ maxBytes: 0 })).to.throw(
      "Invalid config at backend.reading.limits.maxBytes, '0' must be a number above 0",
    );
  });
});

async function pathsOf(archive: Buffer): Promise<string[]> {
  const paths: string[] = [];
  const parser = new Parser();
  parser.on('entry', (entry: ReadEntry) => {
    if (entry.type === 'File') paths.push(entry.path);
    entry.resume();
  });
  const done = new Promise(resolve => parser.on('end', resolve));
  parser.end(archive);
  await done;
  return paths.sort();
}
