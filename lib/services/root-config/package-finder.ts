import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Finds installed packages the way Node.js does, by folder. `require.resolve` is ten times as dear,
 * and does not find packages that do not export their package.json.
 */
export class PackageFinder {
  readonly #isFolder = new Map<string, boolean>();

  /** The real folder of the package `name` as seen from a folder; undefined when not installed. */
  find(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      if (basename(folder) !== 'node_modules' && this.#exists(modules)) {
        const candidate = join(modules, name);
        if (this.#exists(candidate)) {
          return realpathSync(candidate);
        }
      }
      if (folder === dirname(folder)) {
        return undefined;
      }
    }
  }

  #exists(folder: string): boolean {
    let known = this.#isFolder.get(folder);
    if (known === undefined) {
      known = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
      this.#isFolder.set(folder, known);
    }
    return known;
  }
}
