import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { resolveModule } from './plugin-file/resolve-module';

const SOURCE = /\.(ts|tsx|mts|cts|js|jsx)$/;
const SPECIFIER = /(?:from|import|require)\s*\(?\s*['"](\.[^'"]*)['"]/g;

/**
 * The files below a folder that import a file, other than those left out.
 *
 * @param folder - relative to the root; links are not followed
 */
export function importersOf(
  root: string,
  folder: string,
  file: string,
  except: readonly string[],
): string[] {
  return sourcesIn(root, folder).filter(each => {
    if (each === file || except.includes(each)) return false;
    const text = readFileSync(join(realpathSync(root), each), 'utf8');
    return importsFile(root, each, text, file);
  });
}

/** True when the text of a file imports another file. */
export function importsFile(root: string, from: string, text: string, file: string): boolean {
  return [...text.matchAll(SPECIFIER)].some(
    ({ index, 1: specifier }) =>
      !isCommentedOut(text, index) && resolveModule(root, from, specifier) === file,
  );
}

/** True for what stands in a line that begins as a comment. */
function isCommentedOut(text: string, index: number): boolean {
  return text
    .slice(text.lastIndexOf('\n', index - 1) + 1, index)
    .trimStart()
    .startsWith('//');
}

/** The files below a folder that import a package, other than those left out. */
export function importersOfPackage(
  root: string,
  folder: string,
  name: string,
  except: readonly (string | undefined)[],
): string[] {
  const specifier = new RegExp(`['"]${name.replaceAll('.', '\\.')}(/[^'"]*)?['"]`);
  return sourcesIn(root, folder).filter(
    each =>
      !except.includes(each) &&
      specifier.test(readFileSync(join(realpathSync(root), each), 'utf8')),
  );
}

/** The source files below a folder, both relative to the root; links are not followed. */
export function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' || entry.name === 'dist' ? [] : sourcesIn(root, path);
    }
    return entry.isFile() && SOURCE.test(entry.name) ? [path] : [];
  });
}
