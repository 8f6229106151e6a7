import fs from 'node:fs';
import os from 'node:os';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { isChildPath } from '../api';
import { afterAllTests } from './test-hooks';

/** What a content callback gets. */
export interface MockDirectoryContentCallbackContext {
  /** The absolute path of the entry. */
  path: string;
  /** Makes the entry a symbolic link. */
  symlink(target: string): void;
}

/** Creates an entry by code. */
export type MockDirectoryContentCallback = (ctx: MockDirectoryContentCallbackContext) => void;

/** Files (strings and buffers) and folders (objects) by name; names may hold slashes. */
export type MockDirectoryContent = {
  [name in string]: MockDirectoryContent | string | Buffer | MockDirectoryContentCallback;
};

/** Options of {@link MockDirectory.content}. */
export interface MockDirectoryContentOptions {
  /** Where to read, inside the directory; by default its root. */
  path?: string;
  /** Whether a file is given as a string; by default those with the extension of a text format. */
  shouldReadAsText?: boolean | ((path: string, buffer: Buffer) => boolean);
}

/** A temporary directory that goes when the tests are done. */
export interface MockDirectory {
  readonly path: string;
  /** A path inside the directory. */
  resolve(...paths: string[]): string;
  /** Replaces everything in the directory. */
  setContent(root: MockDirectoryContent): void;
  /** Adds entries and overwrites those of the same name. */
  addContent(root: MockDirectoryContent): void;
  /** Everything in the directory, undefined when there is none at the path. */
  content(options?: MockDirectoryContentOptions): MockDirectoryContent | undefined;
  /** Empties the directory. */
  clear(): void;
  /** Removes the directory. */
  remove(): void;
}

/** Options of {@link createMockDirectory}. */
export interface CreateMockDirectoryOptions {
  /** Makes `os.tmpdir()` give the directory until the tests are done. */
  mockOsTmpDir?: boolean;
  content?: MockDirectoryContent;
}

const TEXT_EXTENSIONS = new Set(
  (
    'txt md markdown rst adoc json json5 jsonc ndjson yaml yml toml ini cfg conf env properties ' +
    'js jsx mjs cjs ts tsx mts cts html htm css scss less svg xml csv tsv sh bash sql graphql ' +
    'proto py rb go rs java kt c h cpp hpp cs php lock log hbs njk ejs tf gitignore'
  ).split(' '),
);

const hasTextExtension = (path: string) => TEXT_EXTENSIONS.has(extname(path).slice(1));

class TemporaryMockDirectory implements MockDirectory {
  constructor(readonly path: string) {}

  resolve(...paths: string[]): string {
    return resolve(this.path, ...paths);
  }

  setContent(root: MockDirectoryContent): void {
    this.remove();
    this.addContent(root);
  }

  addContent(root: MockDirectoryContent): void {
    this.write(this.path, root);
  }

  content(options?: MockDirectoryContentOptions): MockDirectoryContent | undefined {
    const root = this.inside(options?.path ?? '');
    const asText = options?.shouldReadAsText ?? hasTextExtension;
    const isText = typeof asText === 'function' ? asText : () => asText;
    const read = (path: string): MockDirectoryContent =>
      Object.fromEntries(
        fs.readdirSync(path, { withFileTypes: true }).map(entry => {
          const entryPath = join(path, entry.name);
          if (entry.isDirectory()) {
            return [entry.name, read(entryPath)];
          }
          const buffer = fs.readFileSync(entryPath);
          const posixPath = relative(root, entryPath).split(sep).join('/');
          return [entry.name, isText(posixPath, buffer) ? buffer.toString('utf8') : buffer];
        }),
      );
    return fs.existsSync(root) ? read(root) : undefined;
  }

  clear = (): void => {
    this.setContent({});
  };

  remove = (): void => {
    fs.rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
  };

  private inside(path: string): string {
    const resolved = resolve(this.path, path);
    if (!isChildPath(this.path, resolved)) {
      throw new Error(
        `Provided path must resolve to a child path of the mock directory, got '${resolved}'`,
      );
    }
    return resolved;
  }

  private write(path: string, node: MockDirectoryContent[string]): void {
    this.inside(path);
    if (typeof node === 'object' && !Buffer.isBuffer(node)) {
      fs.mkdirSync(path, { recursive: true });
      for (const [name, child] of Object.entries(node)) {
        this.write(resolve(path, name), child);
      }
      return;
    }
    fs.mkdirSync(dirname(path), { recursive: true });
    if (typeof node === 'function') {
      node({ path, symlink: target => fs.symlinkSync(target, path) });
    } else {
      fs.writeFileSync(path, node);
    }
  }
}

const realTmpdir = os.tmpdir;

function mockOsTmpDir(path: string): void {
  if (os.tmpdir !== realTmpdir) {
    throw new Error('Cannot mock os.tmpdir() when it has already been mocked');
  }
  os.tmpdir = () => path;
  afterAllTests(() => {
    os.tmpdir = realTmpdir;
  });
}

/**
 * Creates a temporary directory that is removed when the tests are done.
 *
 * @throws Error when `os.tmpdir()` is to be mocked twice, or content lies outside the directory
 */
export function createMockDirectory(options?: CreateMockDirectoryOptions): MockDirectory {
  const parent = process.env.RUNNER_TEMP || realTmpdir();
  const directory = new TemporaryMockDirectory(
    fs.mkdtempSync(join(parent, 'backstage-tmp-test-dir-')),
  );
  afterAllTests(directory.remove);
  if (options?.mockOsTmpDir) {
    mockOsTmpDir(directory.path);
  }
  if (options?.content) {
    directory.setContent(options.content);
  }
  return directory;
}
