import { leavePackage, type OldPackage } from '../engine/source-step/leave-package';
import type { SourceCodemod } from '../engine/source-step/source-codemod';
import { textOf, type SourceRepository } from '../engine/source-step/source-repository';
import { NEW_HOMES, ONLY_LEGACY } from './new-homes';

const OLD = '@backstage/backend-tasks';

/** Where schedulers of the old kind come from: they lack what a SchedulerService has had since. */
const MAKES_OLD =
  /\bTaskScheduler\b|\bcreateServiceBuilder\b|\bexport (type|interface) PluginEnvironment\b|:\s*(jest\.Mocked<)?PluginTaskScheduler>?\s*=\s*\{|\bas PluginTaskScheduler\b/;

/** Imports the names of `@backstage/backend-tasks` from where they are now. */
export const backendTasks: SourceCodemod = {
  step: 'backend-tasks',
  marks: /@backstage\/backend-tasks['"]/,
  replaces: [OLD],
  start: repository => {
    const old = oldPackage(findOldSchedulers(repository));
    return (module, owner) => leavePackage(module, owner, old);
  },
};

/**
 * @param maker - a file that makes schedulers of the old kind, or asks for them
 */
function oldPackage(maker: string | undefined): OldPackage {
  return {
    name: OLD,
    since: '0.6.0',
    legacy: maker === undefined ? ONLY_LEGACY : [...ONLY_LEGACY, 'PluginTaskScheduler'],
    homeOf: (_, { imported }) => {
      if (imported === 'PluginTaskScheduler' && maker !== undefined) return undefined;
      return Object.hasOwn(NEW_HOMES, imported) ? NEW_HOMES[imported] : undefined;
    },
    describe: imported => ({
      outcome: 'manual',
      reason:
        imported === 'PluginTaskScheduler'
          ? `PluginTaskScheduler stays as long as ${maker} has schedulers of the old kind`
          : `${imported} has no counterpart in the new system`,
      anchor: 'taskscheduler',
    }),
  };
}

function findOldSchedulers(repository: SourceRepository): string | undefined {
  return repository.files.find(file => {
    const text = textOf(repository, file);
    return text.includes(OLD) && MAKES_OLD.test(text);
  });
}
