import { ts } from 'ts-morph';
import { assertPlainMount, assertUsualKeys } from '../engine/lifted-mount';
import { Obstacle } from '../engine/obstacle';
import { parseModule } from '../engine/parse-module';
import { parsePackage } from '../engine/parse-package';
import { pluginBeside } from '../engine/plugin-beside';
import { readPluginFile, type PluginFile } from '../engine/plugin-file/read-plugin-file';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource } from '../engine/read-source';
import { assertRoutes } from './assert-routes';
import { ConversionReport } from './conversion-report';
import { exportPlugin, hasDefaultExport } from './export-plugin';
import { madeInPackage } from './made-in-package';
import { mountPackage } from './mount-package';
import { indexOf } from './mounted-package';
import { nativePluginsOf, type NativePlugin } from './native-plugin';
import { sourceOfType, type RouterPackage } from './option-source';
import { chooseValues, type ChosenValues } from './option-values';
import type { Converted, PackageToConvert } from './package-to-convert';
import { findRouterEntry } from './router-entry';
import { routerAuthOf } from './router-auth';
import { routerOptionsOf } from './router-options';
import { readRouterWiring, type RouterWiring } from './router-wiring';
import { writePackage } from './write-package';

/** What converting one package changes, or why a person has to. */
export type PackageConversion = Converted | { readonly obstacle: string; readonly anchor: string };

/** Plans the conversion of a package with a `createRouter` to one with a plugin of the new system. */
export function planPackageConversion(target: PackageToConvert): PackageConversion {
  try {
    if (target.mount) {
      assertPlainMount(target.mount.plugin);
      if (pluginBeside(target.mount.plugin)) {
        throw new Obstacle(`is served beside another plugin '${target.id}'`, 'plugin-id');
      }
    }
    const own = convertPackage(target);
    if (!target.mount) return own;
    const { edits, report } = mountPackage(target, target.mount, own.factories ?? []);
    return { edits: [...own.edits, ...edits], report: [...own.report, ...report] };
  } catch (error) {
    if (error instanceof Obstacle) return { obstacle: error.message, anchor: error.anchor };
    throw error;
  }
}

function convertPackage(target: PackageToConvert): Converted {
  const native = nativePluginsOf(target.root, target.package);
  if (native.length > 0) return exportNative(target, native);
  const { root, packages, mount } = target;
  const { folder, manifest } = target.package;
  const declared = manifest.backstage?.pluginId;
  if (declared !== undefined && declared !== target.id) {
    throw new Obstacle(
      `is served as '${target.id}', and its package.json says it is '${declared}'`,
      'plugin-id',
    );
  }
  const index = indexOf(root, target.package);
  const old = mount ? mount.mounted.default : defaultFunctionOf(root, index);
  const wiring = mount?.mounted.wiring ?? (old && readRouterWiring(old));
  const made = old && wiring && index && resolveModule(root, index, wiring.maker.module);
  const start = mount?.mounted.file ?? made ?? index ?? routerFileOf(target);
  if (start === undefined) throw new Obstacle('has no src/index.ts', 'before');
  const parsed = parsePackage(root, packages, start);
  const name = mount?.mounted.name ?? wiring?.maker.imported;
  const entry = findRouterEntry(parsed, start, name === undefined ? undefined : [name]);
  if (!entry?.module.file.startsWith(`${folder}/`)) {
    throw new Obstacle('exports no createRouter, and no builder that is understood', 'before');
  }
  const modules = [...parsed.modules.values()].filter(each => each.file.startsWith(`${folder}/`));
  const passes = modules.some(each => passesTokens(each.sourceFile));
  const auth = routerAuthOf(target, entry, routerOptionsOf(entry), wiring, passes);
  const router: RouterPackage = {
    dependencies: { ...manifest.devDependencies, ...manifest.dependencies },
    passesTokens: passes && !auth.taken.some(each => each.key === 'permissions'),
    make: option =>
      madeInPackage(option, modules, `${folder}/src`, types => sourceOfType(types, router)),
  };
  const chosen = chooseValues(auth.options, auth.wiring, router);
  if (!auth.wiring) assertRoutes(entry, auth.options, chosen);
  if (mount) {
    const taken = auth.taken.map(each => each.name);
    assertUsualKeys(mount.plugin, [...keysOf(chosen, wiring), ...taken]);
  }
  return writePackage(target, { index, old: wiring && old, entry, chosen, auth, modules });
}

/** The keys of the environment that a router gets. */
function keysOf({ values }: ChosenValues, wiring: RouterWiring | undefined): string[] {
  return (wiring?.args ?? ['environment']).flatMap(each => {
    if (each === 'environment') return values.map(value => value.name);
    return 'key' in each ? [each.key] : [...each.values()].map(value => value.key);
  });
}

/** The function that a package exports by default, where it has one. */
function defaultFunctionOf(root: string, index: string | undefined): PluginFile | undefined {
  if (index === undefined || !hasDefaultExport(parseModule(readSource(root, index)))) {
    return undefined;
  }
  return readPluginFile(root, index);
}

/** Where the template puts createRouter, for a package without an index.ts. */
function routerFileOf({ root, package: { folder } }: PackageToConvert): string | undefined {
  return ['./src/service/router', './src/router']
    .map(each => resolveModule(root, `${folder}/package.json`, each))
    .find(each => each !== undefined);
}

/** `permissions.authorize(requests, { token })` somewhere in some code. */
function passesTokens(node: ts.Node): boolean {
  if (
    ts.isCallExpression(node) &&
    /\.authorize(Conditional)?$/.test(node.expression.getText()) &&
    node.arguments.slice(1).some(each => /\btoken\b/i.test(each.getText()))
  ) {
    return true;
  }
  return ts.forEachChild(node, child => passesTokens(child) || undefined) ?? false;
}

/** A package that has a plugin already only has to export it by default. */
function exportNative(target: PackageToConvert, native: readonly NativePlugin[]): Converted {
  const { root, id } = target;
  const index = indexOf(root, target.package);
  const [plugin] = native;
  if (index === undefined || native.length > 1) {
    throw new Obstacle('has several plugins of the new system', 'plugin-id');
  }
  if (plugin.id !== id) {
    throw new Obstacle(
      `is served as '${id}', and its plugin of the new system is '${plugin.id ?? 'computed'}'`,
      'plugin-id',
    );
  }
  const module = parseModule(readSource(root, index));
  const report = new ConversionReport(id);
  if (hasDefaultExport(module)) {
    report.add(index, 'skipped', `has the plugin ${plugin.name} already`, 'what-changes');
    return { edits: [], report: report.entries };
  }
  const edit = exportPlugin({
    name: plugin.name,
    file: plugin.module.file,
    folder: `${target.package.folder}/src`,
    index: module,
    router: plugin.module.file,
    old: undefined,
  });
  report.add(index, 'migrated', `exports ${plugin.name} by default`, 'what-changes');
  return { edits: edit ? [edit] : [], report: report.entries };
}
