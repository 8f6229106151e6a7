import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** What a relative import may leave out, in the order in which TypeScript looks. */
const ENDINGS = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

/** The file behind a relative import, relative to the root; undefined for packages and unknown files. */
export function resolveModule(root: string, from: string, module: string): string | undefined {
  if (!module.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(from), module.replace(/\.js$/, ''));
  return ENDINGS.map(ending => base + ending).find(file => {
    const path = join(root, file);
    return /\.tsx?$/.test(file) && existsSync(path) && statSync(path).isFile();
  });
}
