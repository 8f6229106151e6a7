import { join } from 'node:path';
import type { BackendProject } from '../engine/find-project';
import { findInstalledPackage } from '../engine/package-exports';
import { configuredKeys } from '../engine/config-settings';

const SCAFFOLDER = '@backstage/plugin-scaffolder-backend';

/** The modules with the actions for what can be configured under `integrations`. */
const MODULES: Readonly<Record<string, string>> = {
  azure: 'azure',
  bitbucket: 'bitbucket',
  bitbucketCloud: 'bitbucket-cloud',
  bitbucketServer: 'bitbucket-server',
  gerrit: 'gerrit',
  gitea: 'gitea',
  github: 'github',
  gitlab: 'gitlab',
};

/**
 * The modules with the source control actions that the old scaffolder had built in: for the integrations
 * that are configured, and where none is, those that the installed scaffolder brings along.
 */
export function scmActionModules(project: BackendProject): string[] {
  const configured = configuredKeys(project, ['integrations']).flatMap(each => MODULES[each] ?? []);
  if (configured.length > 0) {
    return configured.map(each => `${SCAFFOLDER}-module-${each}`).sort();
  }
  const from = join(project.root, project.backend);
  const installed = findInstalledPackage(from, SCAFFOLDER);
  return Object.keys(installed?.dependencies ?? {})
    .filter(name => name.startsWith(`${SCAFFOLDER}-module-`))
    .filter(name => findInstalledPackage(from, name)?.feature !== undefined);
}
