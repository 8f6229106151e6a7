import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ts } from 'ts-morph';
import { importersOf, importsFile } from './imported-elsewhere';
import { parseModule, type ParsedModule } from './parse-module';
import type { FileEdit, MigrationPlan, ReportEntry } from './plan';
import { readSource } from './read-source';

/**
 * The plan, with the removal of `src/types.ts` when nothing needs the old PluginEnvironment any more.
 * The test that the template had beside index.ts, which only names that type, goes with it.
 *
 * @param guide - the section that explains it
 */
export function withoutUnusedTypes(plan: MigrationPlan, guide: string): MigrationPlan {
  const { root, backend } = plan;
  const folder = posix.join(backend, 'src');
  const file = posix.join(folder, 'types.ts');
  if (plan.edits.length === 0 || !existsSync(join(root, file))) return plan;
  const types = parseModule(readSource(root, file));
  if (!isOldEnvironment(types)) return plan;
  const edited = new Map(plan.edits.map(each => [each.file, each.after]));
  const importers = importersOf(root, folder, file, []).filter(each => {
    const after = edited.get(each);
    return after === undefined || (after !== null && importsFile(root, each, after, file));
  });
  const isOver = importers.every(each => isPlaceholder(readFileSync(join(root, each), 'utf8')));
  if (!isOver) return plan;
  const tests = importers.map(each => readSource(root, each));
  const gone = [types, ...tests];
  const edits: FileEdit[] = gone.map(each => ({
    file: each.file,
    before: each.original,
    after: null,
  }));
  const report: ReportEntry[] = gone.map(each => ({
    file: each.file,
    outcome: 'migrated',
    reason: 'removed: nothing needs the old PluginEnvironment any more',
    guide,
  }));
  return { ...plan, edits: [...plan.edits, ...edits], report: [...plan.report, ...report] };
}

/** A file of types, one of which is PluginEnvironment. */
function isOldEnvironment({ sourceFile }: ParsedModule): boolean {
  let isThere = false;
  return (
    sourceFile.statements.every(each => {
      const isType = ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each);
      if (isType) isThere ||= each.name.text === 'PluginEnvironment';
      return isType || ts.isImportDeclaration(each);
    }) && isThere
  );
}

function isPlaceholder(text: string): boolean {
  return (
    /\bit\('unbreaks the test runner'/.test(text) && text.match(/\b(it|test)\(/g)?.length === 1
  );
}
