import { GuideError } from './errors';
import type { BackendInventory } from './inventory';
import type { ProjectOptions } from './options';

/**
 * Reads a backend without running it: every mounted plugin, what its file needs, what to do next.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function scanBackend(
  dir: string,
  _options: ProjectOptions = {},
): Promise<BackendInventory> {
  throw new GuideError('BACKEND_NOT_FOUND', `No backend found in ${dir}`);
}
