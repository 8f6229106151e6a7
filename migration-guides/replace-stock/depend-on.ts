import { addDependencies, setDependency } from '../engine/edit-package-json';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { fileEdit } from '../engine/source-edit';

/** Adds packages to the backend's package.json, and raises those that are too old. */
export function dependOn(
  { manifest, dependencies, id }: LiftedPlugin,
  wanted: ReadonlyMap<string, string>,
): { readonly edits: readonly FileEdit[]; readonly report: readonly ReportEntry[] } {
  let source = manifest;
  const report: ReportEntry[] = [];
  const entry = (reason: string): void => {
    const guide = 'replace-stock#versions';
    report.push({ file: manifest.file, plugin: id, outcome: 'migrated', reason, guide });
  };
  for (const [name, range] of wanted) {
    const declared = dependencies[name];
    if (declared === undefined) continue;
    source = setDependency(source, name, range);
    entry(`depends on ${name} ${range} instead of ${declared}: read its changelog in between`);
  }
  const added = [...wanted].filter(([name]) => dependencies[name] === undefined);
  const edit = addDependencies(source, new Map(added)) ?? fileEdit(source, source.text);
  if (edit && added.length > 0) {
    entry(`depends on ${added.map(each => each.join(' ')).join(', ')}`);
  }
  return { edits: edit ? [edit] : [], report };
}
