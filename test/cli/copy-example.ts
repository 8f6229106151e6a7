import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';

const example = join(__dirname, '..', '..', 'examples', 'legacy-portal');

/** Copies the sources of the example, without its dependencies. */
export async function copyExample(target: string): Promise<void> {
  await cp(example, target, {
    recursive: true,
    filter: source => basename(source) !== 'node_modules',
  });
}
