import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Loads a package that only some configurations need and that this one does not bring along: from here,
 * else from where the backend runs.
 *
 * @param reason what needs it, for the message
 * @throws Error that says what to install
 */
export async function loadOptionalPackage(name: string, reason: string): Promise<any> {
  const path = resolveOptionalPackage(name, reason);
  // eslint-disable-next-line no-restricted-syntax -- some of these packages are ES modules
  const loaded = await import(path);
  return loaded.default ?? loaded;
}

/** The path of such a package. @throws Error that says what to install */
export function resolveOptionalPackage(name: string, reason: string): string {
  for (const resolver of [require, createRequire(join(process.cwd(), 'package.json'))]) {
    try {
      return resolver.resolve(name);
    } catch {
      // not there, the next place may have it
    }
  }
  throw new Error(
    `${reason} needs the package '${name}', add it to your backend, for example with \`npm install ${name}\``,
  );
}
