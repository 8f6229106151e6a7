import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The range under which a project depends on this package: `^` and its version. */
export function ownVersionRange(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (manifest.name === 'backstage-forklift') return `^${manifest.version}`;
    } catch {
      continue; // No package.json here, or not ours to read: it is further up.
    }
  }
  return '*';
}
