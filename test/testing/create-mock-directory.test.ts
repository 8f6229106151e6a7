import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { createMockDirectory } from 'backstage-forklift/testing';

describe('createMockDirectory', () => {
  const directory = createMockDirectory();
  beforeEach(directory.clear);

  it('writes nested content, binary files and links, and reads them back', () => {
    directory.setContent({
      'README.md': 'hello',
      'src/lib/index.ts': 'export {};',
      'logo.png': Buffer.from([1, 2]),
      empty: {},
      link: ctx => ctx.symlink('README.md'),
    });
    expect(directory.content()).to.deep.equal({
      'README.md': 'hello',
      src: { lib: { 'index.ts': 'export {};' } },
      'logo.png': Buffer.from([1, 2]),
      empty: {},
      link: Buffer.from('hello'),
    });
    expect(directory.content({ path: 'src/lib' })).to.deep.equal({ 'index.ts': 'export {};' });
    expect(directory.content({ path: 'none' })).to.equal(undefined);
    expect(directory.content({ path: 'src', shouldReadAsText: false })).to.deep.equal({
      lib: { 'index.ts': Buffer.from('export {};') },
    });
  });

  it('adds to what is there, and replaces all of it', () => {
    directory.setContent({ a: 'one', b: 'two' });
    directory.addContent({ b: 'three', c: 'four' });
    expect(directory.content({ shouldReadAsText: true })).to.deep.equal({
      a: 'one',
      b: 'three',
      c: 'four',
    });
    directory.setContent({});
    expect(directory.content()).to.deep.equal({});
  });

  it('writes and reads nothing outside itself', () => {
    expect(() => directory.addContent({ '../outside': 'x' })).to.throw(
      'Provided path must resolve to a child path of the mock directory',
    );
    expect(() => directory.content({ path: '..' })).to.throw(
      'Provided path must resolve to a child path of the mock directory',
    );
  });

  it('can be removed at once', () => {
    const other = createMockDirectory({ content: { 'a.txt': 'a' } });
    expect(readFileSync(other.resolve('a.txt'), 'utf8')).to.equal('a');
    other.remove();
    expect(existsSync(other.path)).to.equal(false);
  });

  it('can stand for the temporary directory of the system, once at a time', () => {
    const original = os.tmpdir;
    try {
      const temporary = createMockDirectory({ mockOsTmpDir: true });
      expect(os.tmpdir()).to.equal(temporary.path);
      expect(() => createMockDirectory({ mockOsTmpDir: true })).to.throw(
        'Cannot mock os.tmpdir() when it has already been mocked',
      );
    } finally {
      os.tmpdir = original;
    }
  });
});
