import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Finds installed packages the way Node.js does, by folder. `require.resolve` is ten times as dear,
 * and does not find packages that do not export their package.json.
 */
export class PackageFinder {
  /** Real paths of folders, by path; undefined for what is no folder. */
  readonly #folders = new Map<string, string | undefined>();

  /** The real folder of the package `name` as seen from a folder; undefined when not installed. */
  find(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      if (basename(folder) !== 'node_modules' && this.#realFolder(modules)) {
        const found = this.#realFolder(join(modules, name));
        if (found) {
          return found;
        }
      }
      if (folder === dirname(folder)) {
        return undefined;
      }
    }
  }

  #realFolder(path: string): string | undefined {
    if (!this.#folders.has(path)) {
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
      this.#folders.set(path, isFolder ? realpathSync.native(path) : undefined);
    }
    return this.#folders.get(path);
  }
}
