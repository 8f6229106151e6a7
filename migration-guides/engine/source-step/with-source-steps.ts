import { posix } from 'node:path';
import type { FileEdit, MigrationPlan } from '../plan';
import { resolveModule } from '../plugin-file/resolve-module';
import { planSourceStep } from './plan-source-step';
import type { SourceCodemod } from './source-codemod';
import { readSourceRepository, textOf, type SourceRepository } from './source-repository';

const SPECIFIER = /(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g;

/**
 * A plan for one plugin, followed by the steps for whole repositories, on the files that it edits and
 * those that they import from their package. What these steps leave is not reported: it does not keep
 * the plugin from running.
 *
 * @param except - files that are not the plugin's own
 */
export function withSourceSteps(
  plan: MigrationPlan,
  codemods: readonly SourceCodemod[],
  except: readonly string[],
): MigrationPlan {
  let { edits, report } = plan;
  const edited = edits.filter(each => isSource(each) && !except.includes(each.file));
  if (edited.length === 0) return plan;
  const first = readSourceRepository(plan.root, edits);
  const files = reachedFrom(
    first,
    edited.map(each => each.file),
  ).filter(each => !except.includes(each));
  for (const codemod of codemods) {
    const repository = readSourceRepository(plan.root, edits);
    const changes = planSourceStep(repository, codemod, files);
    edits = joined(edits, changes.edits);
    const own = changes.report.filter(each => each.outcome === 'migrated');
    report = [...report, ...own];
  }
  return { ...plan, edits, report };
}

function isSource({ file, before, after }: FileEdit): boolean {
  return before !== null && after !== null && /\.tsx?$/.test(file);
}

/** Files and what they import, directly or not, within their packages. */
function reachedFrom(repository: SourceRepository, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const home = repository.packageOf(file)?.folder;
    for (const [, specifier] of textOf(repository, file).matchAll(SPECIFIER)) {
      const imported = resolveModule(repository.root, file, specifier);
      if (imported && repository.packageOf(imported)?.folder === home)
        visit(posix.normalize(imported));
    }
  };
  entries.forEach(visit);
  return [...found];
}

/** Later edits of a file take the place of earlier ones. */
function joined(edits: readonly FileEdit[], later: readonly FileEdit[]): FileEdit[] {
  const known = new Set(edits.map(each => each.file));
  return [
    ...edits.map(each => later.find(({ file }) => file === each.file) ?? each),
    ...later.filter(each => !known.has(each.file)),
  ];
}
