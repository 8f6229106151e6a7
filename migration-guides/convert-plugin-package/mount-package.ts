import { posix } from 'node:path';
import type { NewImport } from '../engine/edit-imports';
import { replaceFeature } from '../engine/edit-index';
import { withDependencies } from '../engine/edit-package-json';
import { importersOf, sourcesIn } from '../engine/imported-elsewhere';
import { keepDatabase } from '../engine/keep-database';
import { lineOf } from '../engine/parse-module';
import type { FileEdit } from '../engine/plan';
import { readSource, type SourceText } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';
import type { WorkspacePackage } from '../engine/workspace-package';
import { ConversionReport, GUIDE } from './conversion-report';
import type { Converted, PackageToConvert } from './package-to-convert';

/** The backend adds the package, and the file that handed it the environment goes. */
export function mountPackage(
  target: PackageToConvert,
  { plugin }: NonNullable<PackageToConvert['mount']>,
  factories: readonly NewImport[],
): Converted {
  const { root, id, package: own } = target;
  const { project, backend, feature, file, source } = plugin;
  const report = new ConversionReport(id);
  const edits: (FileEdit | undefined)[] = [replaceFeature(plugin, [own.name], factories)];
  const line = lineOf(backend.module, feature.statement);
  report.add(project.index, 'migrated', `adds ${own.name}`, 'what-changes', line);
  if (file !== undefined && source) {
    const importers = importersOf(root, posix.join(project.backend, 'src'), file, [project.index]);
    if (importers.length === 0) {
      edits.push({ file, before: source.module.original, after: null });
      report.add(file, 'migrated', 'removed: the package wires itself', 'what-changes');
    } else report.add(file, 'skipped', `kept: ${importers.join(', ')} imports it`, 'what-changes');
  }
  const manifest = dependOn(plugin.manifest, own);
  const manifestEdit = fileEdit(manifest, manifest.text);
  if (manifestEdit) {
    edits.push(manifestEdit);
    report.add(manifest.file, 'migrated', `depends on ${own.name}`, 'what-changes');
  }
  const kept = usesDatabase(target)
    ? keepDatabase(plugin, `${GUIDE}#database`)
    : { edits: [], report: [] };
  return {
    edits: [...edits.flatMap(each => each ?? []), ...kept.edits],
    report: [...report.entries, ...kept.report],
  };
}

function usesDatabase({ root, package: { folder } }: PackageToConvert): boolean {
  return sourcesIn(root, posix.join(folder, 'src')).some(file =>
    /\bdatabase\b/i.test(readSource(root, file).text),
  );
}

/** A dependency on a package of the repository, in the form that the others have. */
function dependOn(manifest: SourceText, own: WorkspacePackage): SourceText {
  const usesProtocol = /"workspace:/.test(manifest.text);
  const version = usesProtocol ? 'workspace:^' : `^${own.manifest.version ?? '0.0.0'}`;
  return withDependencies(manifest, new Map([[own.name, version]]));
}
