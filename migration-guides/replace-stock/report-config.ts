import { posix } from 'node:path';
import { isConfigured, type ConfigSetting } from '../engine/config-settings';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { guestSignIn } from './guest-sign-in';
import { otherSettings } from './other-settings';
import type { Meaning } from './read-meaning';
import { scmActionModules } from './scm-actions';
import type { StockPackage } from './stock-package';

/** What the published plugin asks of people besides. */
export function remainingWork(
  { project, id }: LiftedPlugin,
  stock: StockPackage,
  meaning: Meaning,
): ReportEntry[] {
  const entry = (file: string, reason: string): ReportEntry[] => {
    const guide = `replace-stock#${stock.anchor}`;
    return [{ file, plugin: id, outcome: 'manual', reason, guide }];
  };
  if (stock.id === 'auth' && guestSignIn(project) === 'silent') {
    return entry(
      posix.join(posix.dirname(project.backend), 'app', 'src', 'App.tsx'),
      "has no sign-in page, so that nobody has a token: give it <SignInPage auto providers={['guest']} />",
    );
  }
  if (stock.id === 'scaffolder' && scmActionModules(project).length === 0) {
    return entry(
      project.index,
      'the actions for GitHub, GitLab and others were built in: add the modules of those that templates use',
    );
  }
  const others = meaning.settings.flatMap(setting =>
    otherSettings(project, setting).flatMap(({ file, path }) =>
      entry(file, `${path} is another than in the code, which went first: ${setting.value}`),
    ),
  );
  const missing = meaning.settings
    .filter(each => each.place === 'provider' && !isConfigured(project, each.path.slice(0, -1)))
    .flatMap(({ path, value }) =>
      entry(project.index, `needs ${path.join('.')}: ${value} where the provider is configured`),
    );
  return [...others, ...missing];
}

/** What the configuration says now. */
export function configuredNow(
  { id }: LiftedPlugin,
  stock: StockPackage,
  settings: readonly ConfigSetting[],
  edits: readonly FileEdit[],
): ReportEntry[] {
  if (settings.length === 0) return [];
  const guide = `replace-stock#${stock.anchor}`;
  const names = [...new Set(settings.map(each => each.path.join('.')))].join(', ');
  return edits.map(({ file }) => ({
    file,
    plugin: id,
    outcome: 'migrated',
    reason: `says what the code said: ${names}`,
    guide,
  }));
}
