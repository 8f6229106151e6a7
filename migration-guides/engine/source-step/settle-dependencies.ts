import { join } from 'node:path';
import { removeDependency, withDependencies } from '../edit-package-json';
import { findInstalledPackage } from '../package-exports';
import type { FileEdit, ReportEntry } from '../plan';
import { ownVersionRange } from '../own-version';
import { fileEdit } from '../source-edit';
import { isAtLeast } from '../version';
import type { PackageUse } from './source-codemod';
import { textOf, type SourcePackage, type SourceRepository } from './source-repository';

/** A rewritten file and the packages it imports from now. */
export interface RewrittenFile {
  readonly file: string;
  readonly text: string;
  readonly uses: readonly PackageUse[];
}

/** Files that are no part of what a package ships. */
const FOR_TESTS =
  /\.test\.|(^|\/)(__tests__|__fixtures__|__testUtils__|dev)\/|setupTests|standaloneServer/;

/** Where nothing is installed, the first stable release. */
const FIRST_STABLE: Readonly<Record<string, string>> = { '@backstage/backend-plugin-api': '1.0.0' };

/**
 * Makes the package.json of a package name what its rewritten files import, and no longer what none of
 * its files mentions.
 *
 * @param replaces - the packages that may go
 * @param guide - the section of the guide that the report names
 */
export function settleDependencies(
  repository: SourceRepository,
  owner: SourcePackage,
  rewritten: readonly RewrittenFile[],
  replaces: readonly string[],
  guide: string,
): { readonly edit: FileEdit | undefined; readonly report: readonly ReportEntry[] } {
  const { source } = owner;
  const report: ReportEntry[] = [];
  const entry = (reason: string): void => {
    report.push({ file: source.file, outcome: 'migrated', reason, guide });
  };
  let text = source;
  for (const section of ['dependencies', 'devDependencies'] as const) {
    const wanted = new Map<string, string>();
    for (const { file, uses } of rewritten) {
      if (FOR_TESTS.test(file) !== (section === 'devDependencies')) continue;
      for (const use of uses) wanted.set(use.name, versionFor(repository.root, owner, use));
    }
    const before = text;
    text = withDependencies(text, wanted, section);
    for (const [name, version] of wanted) {
      const isNew = text !== before && !before.text.includes(`"${name}"`);
      if (isNew) entry(`depends on ${name} ${version}`);
    }
  }
  for (const name of replaces) {
    if (!owner.dependsOn(name) || isMentioned(repository, owner, rewritten, name)) continue;
    const without = removeDependency(text, name);
    if (without !== text) entry(`no longer depends on ${name}`);
    text = without;
  }
  return { edit: fileEdit(source, text.text), report };
}

/** As the package's other dependencies are written: `backstage:^`, or what is installed if new enough. */
function versionFor(root: string, owner: SourcePackage, { name, since }: PackageUse): string {
  if (name === 'backstage-forklift') return ownVersionRange();
  const { dependencies, devDependencies } = owner.manifest;
  const ranges = Object.values({ ...devDependencies, ...dependencies });
  if (name.startsWith('@backstage/') && ranges.includes('backstage:^')) return 'backstage:^';
  const installed = findInstalledPackage(join(root, owner.folder), name)?.version;
  if (installed !== undefined && isAtLeast(installed, since)) return `^${installed}`;
  return `^${isAtLeast(FIRST_STABLE[name] ?? '0', since) ? FIRST_STABLE[name] : since}`;
}

/** True when a file of the package still names a dependency, were it in a comment. */
function isMentioned(
  repository: SourceRepository,
  owner: SourcePackage,
  rewritten: readonly RewrittenFile[],
  name: string,
): boolean {
  const texts = new Map(rewritten.map(each => [each.file, each.text]));
  return [...repository.files, ...repository.scripts]
    .filter(file => repository.packageOf(file)?.folder === owner.folder)
    .some(file => {
      const text = texts.get(file) ?? textOf(repository, file);
      return text.includes(name);
    });
}
