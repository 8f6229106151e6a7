import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { settleImports } from '../engine/edit-imports';
import { allowedRoutesOf } from '../engine/lifted-mount';
import { Obstacle } from '../engine/obstacle';
import { openRoutesIn } from '../engine/open-routes';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import type { FileEdit } from '../engine/plan';
import { packageOf } from '../engine/plugin-file/describe-plugin-file';
import type { PluginFile } from '../engine/plugin-file/read-plugin-file';
import { readSource } from '../engine/read-source';
import { editorOf, fileEdit } from '../engine/source-edit';
import { ConversionReport } from './conversion-report';
import { deprecate } from './deprecate';
import { exportPlugin } from './export-plugin';
import type { ChosenValues } from './option-values';
import { pluginManifest } from './package-manifest';
import type { Converted, PackageToConvert } from './package-to-convert';
import { printDevServer, printPackagePlugin } from './print-plugin';
import type { RouterAuth } from './router-auth';
import type { RouterEntry } from './router-entry';
import { API, versionsOf } from './versions';

/** What is known about a package that can be converted. */
export interface Understood {
  readonly index: string | undefined;
  /** A default export that hands over the environment. */
  readonly old: PluginFile | undefined;
  readonly entry: RouterEntry;
  readonly chosen: ChosenValues;
  readonly auth: RouterAuth;
  /** The package's own files. */
  readonly modules: readonly ParsedModule[];
}

/** Writes the plugin of a package, and everything that belongs to it. */
export function writePackage(target: PackageToConvert, understood: Understood): Converted {
  const { root, id, mount } = target;
  const { folder, name: packageName } = target.package;
  const { index, entry, chosen, auth, modules } = understood;
  const indexModule = index === undefined ? undefined : parseModule(readSource(root, index));
  const like = indexModule?.sourceFile.statements.length ? indexModule : entry.module;
  const file = freeFile(root, folder);
  const name = freeName(id, modules);
  const openRoutes = [
    ...new Set([
      ...(mount ? allowedRoutesOf(mount.plugin) : []),
      ...modules.flatMap(each => openRoutesIn(each.sourceFile)),
    ]),
  ];
  const { shape, values } = chosen;
  const plugin = { id, name, file, entry, shape, values, openRoutes };
  const deprecated = deprecateEntry(entry, chosen, auth, packageName);
  const isInIndex = entry.module.file === index;
  const edits: (FileEdit | undefined)[] = [
    { file, before: null, after: printPackagePlugin(plugin, like) },
    isInIndex ? undefined : fileEdit(entry.module, deprecated),
    exportPlugin({
      name,
      file,
      folder: posix.join(folder, 'src'),
      index: isInIndex ? parseModule({ ...entry.module, text: deprecated }) : indexModule,
      router: entry.module.file,
      old: understood.old,
    }),
  ];
  const report = new ConversionReport(id);
  report.add(file, 'migrated', `a plugin of the new system: ${name}`, 'what-changes');
  report.add(
    entry.module.file,
    'migrated',
    chosen.dropped.length > 0
      ? `${entry.name} is deprecated, and no longer asks for ${chosen.dropped.join(', ')}, which it never used`
      : `${entry.name} is deprecated${auth.taken.length > 0 ? '' : ', and works as before'}`,
    'what-changes',
  );
  report.addAuth(entry.module.file, auth);
  report.add(
    index ?? posix.join(folder, 'src/index.ts'),
    'migrated',
    `exports ${name} by default`,
    'what-changes',
  );
  if (openRoutes.length > 0) {
    report.add(file, 'migrated', `keeps ${openRoutes.join(', ')} open to everyone`, 'open-routes');
  }
  const factories = values.flatMap(each => each.source.factories ?? []);
  for (const each of mount ? [] : factories) {
    const reason = `every backend that adds the plugin has to add ${each.name} of ${each.module} as well`;
    report.add(file, 'manual', reason, 'token-manager');
  }
  const dev = posix.join(folder, 'dev/index.ts');
  const runtime = mount?.plugin.backend.runtime ?? 'backstage';
  const hasDev = existsSync(join(root, dev));
  if (hasDev) report.add(dev, 'skipped', 'is there already', 'development');
  else {
    edits.push({
      file: dev,
      before: null,
      after: printDevServer(runtime, like, mount ? [] : factories),
    });
    report.add(dev, 'migrated', 'starts the plugin by itself', 'development');
  }
  for (const old of ['src/run.ts', 'src/service/standaloneServer.ts']) {
    const path = posix.join(folder, old);
    if (existsSync(join(root, path))) {
      report.add(path, 'skipped', `kept, as it starts ${entry.name} alone`, 'development');
    }
  }
  const imported = values
    .flatMap(each => each.source.imports.map(packageOf))
    .filter(each => !each.startsWith('.'));
  const devPackages = hasDev
    ? []
    : runtime === 'forklift'
      ? ['backstage-forklift']
      : ['@backstage/backend-defaults', '@backstage/backend-test-utils'];
  const manifest = pluginManifest(target.package, {
    id,
    packages: target.packages,
    dependencies: versionsOf(target, [API, ...imported]),
    devDependencies: versionsOf(target, devPackages),
  });
  const manifestEdit = fileEdit(manifest, manifest.text);
  if (manifestEdit) {
    edits.push(manifestEdit);
    report.add(manifest.file, 'migrated', `is the backend plugin '${id}'`, 'what-changes');
  }
  return { edits: edits.flatMap(each => each ?? []), report: report.entries, factories };
}

/** The text of the file that makes the router: deprecated, and without options that it never looked at. */
function deprecateEntry(
  entry: RouterEntry,
  { dropped, values }: ChosenValues,
  auth: RouterAuth,
  packageName: string,
): string {
  const { module, statement, parameters } = entry;
  const editor = editorOf(module);
  const advice = `Add the plugin to the backend instead: backend.add(import('${packageName}'))`;
  deprecate(module, editor, statement, advice);
  const type = parameters[0]?.type;
  if (dropped.length > 0 && type) {
    const names = values.map(each => `'${each.name}'`).join(' | ');
    editor.appendLeft(type.getStart(module.sourceFile), 'Pick<');
    // Who still passes the others, in a standalone server for instance, may go on doing so.
    const whole = type.getText(module.sourceFile);
    editor.appendRight(type.getEnd(), `, ${names || 'never'}> & Partial<${whole}>`);
  }
  const added = auth.edit(editor);
  const text = editor.toString();
  return added.length > 0 ? settleImports(module, text, added) : text;
}

function freeFile(root: string, folder: string): string {
  const names = ['plugin.ts', 'backendPlugin.ts', 'forkliftedPlugin.ts'];
  const files = names.map(each => posix.join(folder, 'src', each));
  const free = files.find(each => !existsSync(join(root, each)));
  if (free === undefined) throw new Obstacle('has a src/plugin.ts of its own', 'before');
  return free;
}

function freeName(id: string, modules: readonly ParsedModule[]): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const camel = words.map((word, index) =>
    index === 0 ? word : word[0].toUpperCase() + word.slice(1),
  );
  const base = camel.join('').replace(/^\d/, '_$&');
  const taken = modules.map(each => each.text).join('\n');
  const names = [`${base}Plugin`, `${base}BackendPlugin`, `${base}NativePlugin`];
  return names.find(each => !new RegExp(`\\b${each}\\b`).test(taken)) ?? names[0];
}
