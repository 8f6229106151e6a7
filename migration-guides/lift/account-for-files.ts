import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ts } from 'ts-morph';
import { importsOf, referencesTo, type ImportBinding } from '../engine/bindings';
import type { BackendProject } from '../engine/find-project';
import { importsFile, sourcesIn } from '../engine/imported-elsewhere';
import type { OldBackend } from '../engine/old-backend/old-backend';
import type { ReportEntry } from '../engine/plan';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { entriesAt, mentionsEnvironment, unaccounted } from './account-for-mounts';

const TEST = /\.(test|d)\.[cm]?tsx?$|(^|\/)(__\w+__|setupTests\.ts$)/;

/**
 * What became of each plugin file: those that index.ts imports and main() uses, and everything in
 * `src/plugins`. The files stay as they are, so it follows from what became of their mounts.
 *
 * @param report - what became of the mounts
 * @param text - the lifted index.ts
 * @throws Error when the report is silent about a file that the old index.ts used and the new one does
 * not: the plan is wrong and must not be applied
 */
export function accountForFiles(
  old: OldBackend,
  project: BackendProject,
  report: readonly ReportEntry[],
  text: string,
): ReportEntry[] {
  const { root, backend, index } = project;
  const folder = posix.join(backend, 'src/plugins');
  const uses = new Map<string, ImportBinding[]>();
  for (const binding of importsOf(old.module)) {
    const file = resolveModule(root, index, binding.module);
    if (file === undefined || !isForPlugins(old, binding, file, folder)) continue;
    uses.set(file, [...(uses.get(file) ?? []), binding]);
  }
  const mounted = [...uses].map(([file, bindings]): ReportEntry => {
    const nodes = bindings.flatMap(each => usesOf(old, each.local, report));
    const about = entriesAt(old, report, nodes);
    const manual = about.find(each => each.outcome === 'manual');
    if (manual) {
      const reason = `stays as it is; its mount is left to you: ${manual.reason}`;
      return { ...entryOf(file, reason), outcome: 'manual', guide: manual.guide };
    }
    const ids = about.flatMap(({ outcome, plugin }) => (outcome === 'migrated' && plugin) || []);
    if (ids.length > 0) {
      const reason = `stays as it is, on legacyPlugin('${[...new Set(ids)].join("', '")}')`;
      return entryOf(file, reason, ids[0]);
    }
    if (about.length > 0) return entryOf(file, `stays as it is: ${about[0].reason}`);
    if (nodes.length === 0) return entryOf(file, 'stays as it is: index.ts does not use it');
    if (!bindings.some(each => text.includes(each.local.text))) throw unaccounted(file);
    return entryOf(file, 'stays as it is: index.ts uses it as before');
  });
  return [...mounted, ...othersIn(project, folder, uses)];
}

/** Imported from the folder of plugins, or given an environment, and not for its types alone. */
function isForPlugins(
  old: OldBackend,
  { local, declaration }: ImportBinding,
  file: string,
  folder: string,
): boolean {
  if (declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return false;
  if (file.startsWith(`${folder}/`)) return true;
  return referencesTo(old.module, local).some(
    ({ parent }) =>
      ts.isCallExpression(parent) && parent.arguments.some(each => mentionsEnvironment(old, each)),
  );
}

/** The uses of a name, and of the variables that were made with it where nothing is said about that. */
function usesOf(
  old: OldBackend,
  name: ts.Identifier,
  report: readonly ReportEntry[],
): ts.Identifier[] {
  const { module } = old;
  const names = [name];
  const found = new Set<ts.Identifier>();
  for (const each of names) {
    for (const reference of referencesTo(module, each)) {
      if (found.has(reference) || ts.findAncestor(reference, ts.isImportDeclaration)) continue;
      found.add(reference);
      if (entriesAt(old, report, [reference]).length > 0) continue;
      const statement = ts.findAncestor(reference, ts.isStatement);
      if (statement && ts.isVariableStatement(statement)) names.push(...declaredIn(statement));
    }
  }
  return [...found];
}

function declaredIn({ declarationList }: ts.VariableStatement): ts.Identifier[] {
  return declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name] : []));
}

/** Files of the folder of plugins that index.ts does not import. */
function othersIn(
  { root, backend }: BackendProject,
  folder: string,
  uses: ReadonlyMap<string, unknown>,
): ReportEntry[] {
  const sources = sourcesIn(root, posix.join(backend, 'src')).filter(each => !TEST.test(each));
  const others = sources.filter(each => each.startsWith(`${folder}/`) && !uses.has(each));
  if (others.length === 0) return [];
  const texts = new Map(sources.map(each => [each, readFileSync(join(root, each), 'utf8')]));
  return others.map(file => {
    const user = sources.find(
      each => each !== file && importsFile(root, each, texts.get(each) ?? '', file),
    );
    const reason = user ? `stays as it is: ${posix.basename(user)} uses it` : 'nothing mounts it';
    return entryOf(file, reason);
  });
}

function entryOf(file: string, reason: string, plugin?: string): ReportEntry {
  const entry = { file, outcome: 'skipped', reason, guide: 'lift#mounts' } as const;
  return plugin === undefined ? entry : { ...entry, plugin };
}
