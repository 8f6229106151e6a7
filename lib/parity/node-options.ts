import { extname } from 'node:path';

/**
 * The options of Node.js in an environment, and a module that is loaded before the program.
 *
 * @param file - of this package
 */
export function nodeOptionsWith({ NODE_OPTIONS }: NodeJS.ProcessEnv, file: string): string {
  // From source, the program needs what reads TypeScript.
  const files = extname(file) === '.ts' ? [require.resolve('tsx/cjs'), file] : [file];
  const options = files.map(each => `--require ${quote(each)}`);
  return [NODE_OPTIONS, ...options].filter(Boolean).join(' ');
}

/** As NODE_OPTIONS takes a path with spaces. */
function quote(path: string): string {
  return /["\\\s]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path;
}
