import { findProject, type BackendProject } from './find-project';
import { inventoryOfNew } from './inventory-of-new';
import { inventoryOfOld } from './inventory-of-old';
import type { BackendInventory } from './inventory';
import { readNewBackend } from './new-backend/read-new-backend';
import { readOldBackend } from './old-backend/read-old-backend';
import type { ProjectOptions } from './options';
import { parseModule } from './parse-module';
import { readSource } from './read-source';

/**
 * Reads a backend without running it: every mounted plugin, what its file needs, what to do next.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function scanBackend(
  dir: string,
  options: ProjectOptions = {},
): Promise<BackendInventory> {
  const project = findProject(dir, options);
  const module = parseModule(readSource(project.root, project.index));
  const old = readOldBackend(module);
  if (old) return inventoryOfOld(project, old);
  const backend = readNewBackend(module);
  return backend ? inventoryOfNew(project, backend) : unknownBackend(project);
}

function unknownBackend({ root, backend, index }: BackendProject): BackendInventory {
  return {
    root,
    backend,
    index,
    state: 'legacy',
    runtime: null,
    environment: [],
    plugins: [],
    rootRouters: [],
    blockers: [
      `${index} calls neither createServiceBuilder inside a function nor createBackend: ` +
        'it is not understood',
    ],
  };
}
