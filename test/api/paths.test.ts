import { isChildPath, resolvePackagePath, resolveSafeChildPath } from '../../lib/api';
import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('paths', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'forklift-paths-'));
    mkdirSync(join(root, 'base'));
    mkdirSync(join(root, 'secret'));
    writeFileSync(join(root, 'secret', 'file'), '');
  });

  afterEach(() => rmSync(root, { recursive: true }));

  describe('resolvePackagePath', () => {
    it('finds files of an installed package', () => {
      expect(existsSync(resolvePackagePath('knex', 'lib', 'index.js'))).to.equal(true);
      expect(existsSync(resolvePackagePath('@backstage/errors', 'package.json'))).to.equal(true);
    });

    it('names the package that is not installed', () => {
      expect(() => resolvePackagePath('@acme/missing', 'migrations')).to.throw(
        "Cannot find package '@acme/missing' to resolve 'migrations' in it",
      );
    });
  });

  describe('isChildPath', () => {
    it('accepts the base, what is below it and names that begin with two dots', () => {
      const base = join(root, 'base');
      expect(isChildPath(base, base)).to.equal(true);
      expect(isChildPath(base, join(base, 'a', 'b'))).to.equal(true);
      expect(isChildPath(base, join(base, '..notes'))).to.equal(true);
      expect(isChildPath('/', '/etc')).to.equal(true);
    });

    it('refuses parents, siblings and names that only begin alike', () => {
      const base = join(root, 'base');
      expect(isChildPath(base, root)).to.equal(false);
      expect(isChildPath(base, join(root, 'secret'))).to.equal(false);
      expect(isChildPath(base, join(root, 'base-2'))).to.equal(false);
    });

    it('follows links, even those that lead nowhere yet', () => {
      const base = join(root, 'base');
      symlinkSync(join(root, 'secret'), join(base, 'link'));
      symlinkSync('../future', join(base, 'dangling'));
      symlinkSync('.', join(base, 'self'));
      expect(isChildPath(base, join(base, 'link', 'file'))).to.equal(false);
      expect(isChildPath(base, join(base, 'dangling'))).to.equal(false);
      expect(isChildPath(base, join(base, 'dangling', 'below'))).to.equal(false);
      expect(isChildPath(base, join(base, 'self', 'file'))).to.equal(true);
    });
  });

  describe('resolveSafeChildPath', () => {
    it('gives the path of a child', () => {
      expect(resolveSafeChildPath(join(root, 'base'), 'a/../b')).to.equal(join(root, 'base', 'b'));
    });

    for (const path of ['..', '../secret/file', '/etc/passwd', 'a/../../secret']) {
      it(`refuses '${path}'`, () => {
        expect(() => resolveSafeChildPath(join(root, 'base'), path))
          .to.throw('Relative path is not allowed to refer to a directory outside its parent')
          .with.property('name', 'NotAllowedError');
      });
    }
  });
});
