import { posix } from 'node:path';
import { codeStyleOf, type CodeStyle } from '../engine/code-style';
import type { ParsedModule } from '../engine/parse-module';
import type { PluginBeside } from '../engine/plugin-beside';
import { printFeature } from '../engine/print-feature';
import type { ServiceMapping } from '../engine/service-mapping';
import type { ConvertedKeys } from './convert-keys';
import type { PluginArguments } from './function-arguments';
import type { Place } from './place';
import { servedBelow } from './router-below';

/** A plugin, or a module of one, that calls a function of its file. */
export interface PrintedPlugin {
  readonly place: Place;
  /** The function that makes the router. */
  readonly name: string;
  readonly keys: ConvertedKeys;
  readonly args: PluginArguments;
  /** Paths that answer without a token. */
  readonly policies: readonly string[];
  /** The plugin that it adds its routes to; undefined for one of its own. */
  readonly beside: PluginBeside | undefined;
}

const LIFECYCLE: ServiceMapping = {
  name: 'lifecycle',
  ref: 'coreServices.lifecycle',
  type: 'LifecycleService',
};

/** The statement that exports a plugin of the new system, in the style of its file. */
export function printPlugin(module: ParsedModule, plugin: PrintedPlugin): string {
  const { keys, args, beside, place } = plugin;
  const { serves, below = '' } = place;
  const made = [...keys.contracts.values()].flatMap(each => each.services);
  const used = args.values.length > 0 ? [...new Set([...keys.services, ...made])] : [];
  const hooks = isHooked(plugin) ? [LIFECYCLE] : [];
  const style = codeStyleOf(module);
  const names = isPlain(plugin)
    ? used.length > 0
      ? ['...services']
      : []
    : used.map(each => each.name);
  return printFeature(
    {
      assigned: 'export default ',
      serves,
      pluginId: place.plugin.id,
      ...(beside ? { moduleId: moduleIdOf(module.file) } : {}),
      services: [...hooks, ...used],
      params: [...hooks.map(each => each.name), ...names],
      body: printUse(plugin, style),
      openRoutes: plugin.policies.map(each => below + each),
    },
    style,
  );
}

/** What a file is called, with hyphens: `moreNotes.ts` and `more-notes/index.ts` are `more-notes`. */
export function moduleIdOf(file: string): string {
  const path = file.replace(/(\/index)?\.[cm]?[jt]sx?$/, '');
  return posix
    .basename(path)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}

/** True when the function takes the services as they are, or nothing. */
function isPlain({ keys, args }: PrintedPlugin): boolean {
  return (
    keys.contracts.size === 0 &&
    args.values.length <= 1 &&
    args.values.every(each => each === 'environment')
  );
}

/** True for routes that are added after those of the plugin. */
function isHooked({ beside, place: { below } }: PrintedPlugin): boolean {
  return beside?.isFirst === true && below === undefined;
}

/** `httpRouter.use(await createRouter(services));` */
function printUse(plugin: PrintedPlugin, style: CodeStyle): string {
  const router = printRouter(plugin);
  const { serves, below } = plugin.place;
  if (!serves) return `        ${router.replaceAll('\n  ', '\n')};\n`;
  if (isHooked(plugin)) {
    return (
      `        const router = ${router.replaceAll('\n  ', '\n')};\n` +
      '        // The routes of the plugin itself come first.\n' +
      '        lifecycle.addStartupHook(() => httpRouter.use(router));\n'
    );
  }
  const served = below === undefined ? router : servedBelow(below, router, style);
  const line = `        httpRouter.use(${served});\n`;
  if (!router.includes('\n') && (below === undefined || line.length <= 81)) return line;
  return `        httpRouter.use(\n          ${served},\n        );\n`;
}

/** `await createRouter(services)`, further lines indented for an argument of its own. */
function printRouter(plugin: PrintedPlugin): string {
  const {
    name,
    keys,
    args: { values: args, isDetached },
  } = plugin;
  const called = `${isDetached ? 'void' : 'await'} ${name}`;
  if (isPlain(plugin)) {
    const services = keys.services.length > 0 ? 'services' : '{}';
    return `${called}(${args.length > 0 ? services : ''})`;
  }
  const values = valuesOf(keys);
  const lines = [...values].map(([key, value]) => (key === value ? key : `${key}: ${value}`));
  const [only] = args;
  if (args.length === 1 && only === 'environment') {
    const properties = lines.map(each => `            ${each},\n`).join('');
    return `${called}({\n${properties}          })`;
  }
  const printed = args.map(each =>
    each === 'environment' ? `{ ${lines.join(', ')} }` : (values.get(each.key) ?? each.key),
  );
  return `${called}(${printed.join(', ')})`;
}

/** What each key of the function's argument is, by name. */
function valuesOf({ services, contracts }: ConvertedKeys): Map<string, string> {
  const values = [
    ...services.map(each => [each.name, each.name] as const),
    ...[...contracts].map(([key, { expression }]) => [key, expression] as const),
  ];
  return new Map(values.sort(([a], [b]) => a.localeCompare(b)));
}

/** The type of the function's argument. */
export function printServices(
  module: ParsedModule,
  name: string,
  { services, contracts }: ConvertedKeys,
): string {
  const { semicolon } = codeStyleOf(module);
  const members = [
    ...services.map(each => [each.name, each.type] as const),
    ...[...contracts].map(([key, { type }]) => [key, type.name] as const),
  ].sort(([a], [b]) => a.localeCompare(b));
  return `interface ${name} {\n${members.map(each => `  ${each.join(': ')}${semicolon}\n`).join('')}}\n`;
}
