import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn } from '../engine/bindings';
import { settleImports, type NewImport } from '../engine/edit-imports';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { allowedRoutesOf, assertUsualKeys } from '../engine/lifted-mount';
import { Obstacle } from '../engine/obstacle';
import { oldContractOf } from '../engine/old-contract';
import { openRoutesIn } from '../engine/open-routes';
import type { ParsedModule } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { pluginBeside, type PluginBeside } from '../engine/plugin-beside';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { makerOf } from '../engine/print-feature';
import { editorOf, fileEdit, lineRange } from '../engine/source-edit';
import { assertConvertible, assertImportable, assertNotImported } from './assert-convertible';
import { convertInIndex } from './convert-in-index';
import { convertKeys, type ConvertedKeys } from './convert-keys';
import { dropErrorHandler } from './drop-error-handler';
import { describeExport } from './describe-export';
import { argumentsOf, isOfFile, type PluginArguments } from './function-arguments';
import { followEnvironment, type FollowedUse } from './local-functions';
import { KEEPS_DATA, placeOf } from './place';
import { importsBelow } from './router-below';
import { printPlugin, printServices } from './print-plugin';
import { API, withSurroundings } from './surroundings';
import { exportedNamesOf, statementOf, unexport } from './unexport';
import { wholeEnvironment } from './whole-environment';
import { writtenInIndex } from './written-in-index';

/** What converting one plugin's file changes, or why a person has to. */
export type FileConversion =
  | { readonly edits: readonly FileEdit[]; readonly report: readonly ReportEntry[] }
  | { readonly obstacle: string; readonly anchor: string };

/** Plans the conversion of a plugin's file to createBackendPlugin, in place. */
export function planFileConversion(plugin: LiftedPlugin): FileConversion {
  try {
    return convert(plugin);
  } catch (error) {
    if (error instanceof Obstacle) return { obstacle: error.message, anchor: error.anchor };
    throw error;
  }
}

function convert(old: LiftedPlugin): FileConversion {
  const written = writtenInIndex(old);
  if (written && !isOfFile(old)) return convertInIndex(old, written);
  const { source, file, feature, dependencies } = old;
  if (file === undefined || feature.module === undefined) {
    throw new Obstacle('has no file of its own', 'before');
  }
  if (!source) throw new Obstacle(describeExport(old.project.root, file), 'before');
  const place = placeOf(old);
  const { plugin: lifted, serves } = place;
  const { module, plugin } = source;
  assertConvertible(plugin, module.sourceFile, serves);
  assertNotImported(old, exportedNamesOf(module, plugin));
  const args = argumentsOf(old, plugin);
  const editor = editorOf(module);
  const found = useOf(module, plugin, args);
  const whole = found.whole.length > 0 ? wholeEnvironment(old, args) : undefined;
  // Who is handed the whole environment sees what it was: nothing in the function changes.
  const use: FollowedUse = whole ? { ...found, parameters: [] } : found;
  const used = new Set(whole?.keys ?? use.keys.map(each => each.key));
  assertUsualKeys(old, used);
  const keys = whole ?? convertKeys(module, editor, use, dependencies);
  const typeName = freeTypeName(module);
  for (const { type } of use.parameters) {
    if (type) editor.overwrite(type.getStart(module.sourceFile), type.getEnd(), typeName);
  }
  const name = unexport(module, editor, plugin, serves ? 'createRouter' : 'start');
  dropErrorHandler(module, editor);
  const policies = serves
    ? [...new Set([...allowedRoutesOf(old), ...openRoutesIn(module.sourceFile)])]
    : [];
  const beside = pluginBeside(lifted);
  assertOwnData(lifted, beside, used);
  if (!serves && beside?.isFirst) {
    throw new Obstacle(
      `runs after the plugin '${lifted.id}', and modules of it before`,
      'background',
    );
  }
  const printed = printPlugin(module, { place, name, keys, policies, args, beside });
  editor.append(`${editor.toString().endsWith('\n') ? '' : '\n'}\n${printed}`);
  if (use.parameters.length > 0) {
    const { start } = lineRange(module, statementOf(plugin));
    editor.appendLeft(start, `${printServices(module, typeName, keys)}\n`);
  }
  const maker = makerOf({ moduleId: beside && module.file });
  const further = serves ? importsBelow(module, place.below) : [];
  const names = [maker, ...typesOf(use, keys)];
  const edit = withImports(module, editor, { names, further }, keys, dependencies);
  return withSurroundings(old, { edit, place, policies, keys, beside });
}

/** A module has the data of its plugin, and a plugin its own. */
function assertOwnData(
  lifted: LiftedPlugin,
  beside: PluginBeside | undefined,
  used: ReadonlySet<string>,
): void {
  const { id, envId = id } = lifted;
  const key = [...used].find(each => KEEPS_DATA.has(each));
  if (key === undefined || envId === (beside?.envId ?? id)) return;
  if (beside) {
    throw new Obstacle(
      `keeps its ${key} under '${envId}', and the plugin that it is a part of under '${beside.envId}'`,
      'modules',
    );
  }
  if (pluginBeside({ ...lifted, id: envId })) {
    throw new Obstacle(
      `shares the ${key} of the plugin '${envId}', which is another one`,
      'database',
    );
  }
}

/** The types of services that the function's argument names. */
function typesOf({ parameters }: FollowedUse, { services }: ConvertedKeys): string[] {
  return parameters.length > 0 ? services.map(each => each.type) : [];
}

/** The file with what its new code needs imported, and without imports that it no longer uses. */
function withImports(
  module: ParsedModule,
  editor: MagicString,
  { names, further }: { readonly names: readonly string[]; readonly further: readonly NewImport[] },
  { contracts }: ConvertedKeys,
  dependencies: Readonly<Record<string, string>>,
): FileEdit | undefined {
  const text = editor.toString();
  const refs = text.includes('coreServices.') ? ['coreServices'] : [];
  const unique = [...new Set([...refs, ...names])].sort(byName);
  const added: NewImport[] = unique.map(each => ({ module: API, name: each }));
  if (text.includes('loggerToWinstonLogger(') && !contracts.has('logger')) {
    const logger = oldContractOf('logger', dependencies);
    if (logger) added.push(logger.function);
  }
  for (const each of contracts.values()) {
    added.push(each.function);
    if (text.includes(`: ${each.type.name}`)) added.push(each.type);
  }
  added.push(...further);
  assertImportable(module, added);
  const settled = settleImports(module, text, added);
  const hasImports = module.sourceFile.statements.some(ts.isImportDeclaration);
  return fileEdit(module, hasImports ? settled : settled.replace(/\n(?=interface )/, '\n\n'));
}

function freeTypeName(module: ParsedModule): string {
  const taken = new Set(identifiersIn(module.sourceFile).map(each => each.text));
  return (
    ['Services', 'PluginServices', 'RouterServices'].find(each => !taken.has(each)) ?? 'Services_'
  );
}

/** Every use of what the function is called with. */
function useOf(
  module: ParsedModule,
  plugin: FunctionWithBody,
  { values }: PluginArguments,
): FollowedUse {
  const uses = values.map((argument, index): FollowedUse => {
    const parameter = plugin.parameters[index];
    if (argument === 'environment') return followEnvironment(module, plugin, parameter);
    const { name } = parameter;
    return ts.isIdentifier(name)
      ? { keys: [{ key: argument.key, node: name }], whole: [], parameters: [] }
      : { keys: [], whole: [name], parameters: [] };
  });
  return {
    keys: uses.flatMap(each => each.keys),
    whole: uses.flatMap(each => each.whole),
    parameters: uses.flatMap(each => each.parameters),
  };
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
