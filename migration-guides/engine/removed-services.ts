import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Members of coreServices that no backend has since Backstage release 1.31. */
const REMOVED = /\bcoreServices\.(identity|tokenManager)\b/g;

/**
 * The removed services that the code of a package asks for: its plugin could not start. The code is
 * read, not run.
 *
 * @param home - absolute folder of the installed package
 */
export function removedServicesOf(home: string): string[] {
  const dist = join(home, 'dist');
  if (!existsSync(dist)) return [];
  const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.js'),
  );
  const found = scripts.flatMap(file => [
    ...readFileSync(join(dist, file), 'utf8').matchAll(REMOVED),
  ]);
  return [...new Set(found.map(([, service]) => service))].sort();
}
