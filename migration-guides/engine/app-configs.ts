import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { BackendProject } from './find-project';
import { readSource, type SourceText } from './read-source';

/** The app-config files of a repository: at its root and in the backend package. */
export function readAppConfigs({ root, backend }: BackendProject): SourceText[] {
  const folders = [...new Set(['.', backend])];
  return folders.flatMap(folder => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter(name => /^app-config(\.[\w-]+)*\.ya?ml$/.test(name))
      .map(name => readSource(root, posix.join(folder, name)));
  });
}
