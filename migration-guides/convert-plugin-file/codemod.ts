import { join } from 'node:path';
import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, importOf, referencesTo } from '../engine/bindings';
import { settleImports } from '../engine/edit-imports';
import { replaceFeature } from '../engine/edit-index';
import { addDependencies } from '../engine/edit-package-json';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { keepDatabase } from '../engine/keep-database';
import { allowedRoutesOf, assertPlainMount, assertUsualKeys } from '../engine/lifted-mount';
import { Obstacle } from '../engine/obstacle';
import { openRoutesIn } from '../engine/open-routes';
import { ownVersionRange } from '../engine/own-version';
import { findInstalledPackage } from '../engine/package-exports';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { pluginBeside, type PluginBeside } from '../engine/plugin-beside';
import { packageOf } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { oldContractOf } from '../engine/old-contract';
import { makerOf } from '../engine/print-feature';
import { editorOf, fileEdit, lineRange } from '../engine/source-edit';
import { assertConvertible, assertImportable, assertNotImported } from './assert-convertible';
import { convertKeys, type ConvertedKeys } from './convert-keys';
import { argumentsOf, type FunctionArgument } from './function-arguments';
import { followEnvironment, type FollowedUse } from './local-functions';
import { printPlugin, printServices } from './print-plugin';

const API = '@backstage/backend-plugin-api';

/** The range to depend on when nothing is installed: the first stable release. */
const API_VERSION = '^1.0.0';

/** The sections about keys that keep their old contract. */
const ANCHORS: Readonly<Record<string, string>> = {
  cache: 'cache',
  identity: 'identity',
  permissions: 'permissions',
  tokenManager: 'token-manager',
};

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

function convert(lifted: LiftedPlugin): FileConversion {
  const { source, id, dependencies } = lifted;
  if (!source || lifted.file === undefined || lifted.feature.module === undefined) {
    throw new Obstacle('has no file of its own', 'before');
  }
  assertPlainMount(lifted);
  const { module, plugin } = source;
  assertConvertible(plugin, module.sourceFile);
  assertNotImported(lifted, nameOf(plugin)?.text);
  const args = argumentsOf(lifted, plugin);
  const editor = editorOf(module);
  const use = useOf(module, plugin, args);
  assertUsualKeys(lifted, new Set(use.keys.map(each => each.key)));
  const keys = convertKeys(module, editor, use, dependencies);
  const typeName = freeTypeName(module);
  for (const { type } of use.parameters) {
    if (type) editor.overwrite(type.getStart(module.sourceFile), type.getEnd(), typeName);
  }
  const name = unexport(module, editor, plugin);
  dropErrorHandler(module, editor);
  const policies = [...new Set([...allowedRoutesOf(lifted), ...openRoutesIn(module.sourceFile)])];
  const beside = pluginBeside(lifted);
  if (beside) assertSameData(lifted, beside, use);
  const printed = printPlugin(module, { id, name, keys, policies, args, beside });
  editor.append(`${editor.toString().endsWith('\n') ? '' : '\n'}\n${printed}`);
  if (use.parameters.length > 0) {
    const { start } = lineRange(module, statementOf(plugin));
    editor.appendLeft(start, `${printServices(module, typeName, keys)}\n`);
  }
  const types = use.parameters.length > 0 ? keys.services.map(each => each.type) : [];
  const maker = makerOf({ moduleId: beside && module.file });
  const names = ['coreServices', maker, ...types];
  const added = [...new Set(names)].sort(byName).map(each => ({ module: API, name: each }));
  const text = editor.toString();
  if (text.includes('loggerToWinstonLogger(') && !keys.contracts.has('logger')) {
    const logger = oldContractOf('logger', dependencies);
    if (logger) added.push(logger.function);
  }
  for (const each of keys.contracts.values()) added.push(each.function, each.type);
  assertImportable(module, added);
  const settled = settleImports(module, text, added);
  const hasImports = module.sourceFile.statements.some(ts.isImportDeclaration);
  const spaced = hasImports ? settled : settled.replace(/\n(?=interface )/, '\n\n');
  const edit = fileEdit(module, spaced);
  return withSurroundings(lifted, edit, { policies, keys, beside });
}

/** Services that keep something under the id of the plugin. */
const KEEPS_DATA = new Set(['cache', 'database', 'scheduler']);

/** A module has the data of its plugin. */
function assertSameData(
  { id, envId = id }: LiftedPlugin,
  beside: PluginBeside,
  use: FollowedUse,
): void {
  const key = use.keys.find(each => KEEPS_DATA.has(each.key))?.key;
  if (key !== undefined && envId !== beside.envId) {
    throw new Obstacle(
      `keeps its ${key} under '${envId}', and the plugin that it is a part of under '${beside.envId}'`,
      'modules',
    );
  }
}

/** Takes the function out of the module's exports, and calls it what it does. */
function unexport(module: ParsedModule, editor: MagicString, plugin: FunctionWithBody): string {
  const statement = statementOf(plugin);
  if (ts.isExportAssignment(statement)) {
    editor.overwrite(
      statement.getStart(module.sourceFile),
      statement.expression.getStart(module.sourceFile),
      'const createRouter = ',
    );
    return 'createRouter';
  }
  const modifiers = (ts.canHaveModifiers(statement) && ts.getModifiers(statement)) || [];
  for (const modifier of modifiers) {
    const isExport =
      modifier.kind === ts.SyntaxKind.ExportKeyword ||
      modifier.kind === ts.SyntaxKind.DefaultKeyword;
    if (isExport) editor.remove(modifier.getStart(module.sourceFile), modifier.getEnd() + 1);
  }
  removeDefaultExport(module, editor, plugin);
  return renamed(module, editor, plugin);
}

/** `export default createPlugin;` below the function. */
function removeDefaultExport(
  module: ParsedModule,
  editor: MagicString,
  plugin: FunctionWithBody,
): void {
  const name = nameOf(plugin);
  const assignment = module.sourceFile.statements
    .filter(ts.isExportAssignment)
    .find(each => ts.isIdentifier(each.expression) && each.expression.text === name?.text);
  if (!assignment) return;
  const { start, end } = lineRange(module, assignment);
  editor.remove(start, end);
}

function renamed(module: ParsedModule, editor: MagicString, plugin: FunctionWithBody): string {
  const name = nameOf(plugin);
  const isFree = !identifiersIn(module.sourceFile).some(each => each.text === 'createRouter');
  if (!name) {
    const keyword = plugin
      .getChildren(module.sourceFile)
      .find(each => each.kind === ts.SyntaxKind.FunctionKeyword);
    if (keyword) editor.appendLeft(keyword.getEnd(), ' createRouter');
    return 'createRouter';
  }
  if (name.text !== 'createPlugin' || !isFree) return name.text;
  for (const each of [name, ...referencesTo(module, name)]) {
    if (!ts.findAncestor(each, ts.isExportAssignment)) {
      editor.overwrite(each.getStart(module.sourceFile), each.getEnd(), 'createRouter');
    }
  }
  return 'createRouter';
}

function nameOf(plugin: FunctionWithBody): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(plugin)) return plugin.name;
  const { parent } = plugin;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
}

function statementOf(plugin: FunctionWithBody): ts.Statement {
  const statement = ts.findAncestor(plugin, each => ts.isSourceFile(each.parent));
  return statement as ts.Statement;
}

/** `router.use(errorHandler())`: the root HTTP router answers errors in the same words. */
function dropErrorHandler(module: ParsedModule, editor: MagicString): void {
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && isErrorHandler(module, node.expression)) {
      const { start, end } = lineRange(module, node);
      editor.remove(start, end);
    } else ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
}

function isErrorHandler(module: ParsedModule, expression: ts.Expression): boolean {
  if (!ts.isCallExpression(expression) || expression.arguments.length !== 1) return false;
  if (!/\.use$/.test(expression.expression.getText(module.sourceFile))) return false;
  const [handler] = expression.arguments;
  if (!ts.isCallExpression(handler) || handler.arguments.length > 0) return false;
  const binding = importOf(module, handler.expression);
  return binding?.imported === 'errorHandler' && binding.module === '@backstage/backend-common';
}

function freeTypeName(module: ParsedModule): string {
  const taken = new Set(identifiersIn(module.sourceFile).map(each => each.text));
  return (
    ['Services', 'PluginServices', 'RouterServices'].find(each => !taken.has(each)) ?? 'Services_'
  );
}

function withSurroundings(
  plugin: LiftedPlugin,
  edit: FileEdit | undefined,
  {
    policies,
    keys,
    beside,
  }: {
    readonly policies: readonly string[];
    readonly keys: ConvertedKeys;
    readonly beside: PluginBeside | undefined;
  },
): FileConversion {
  const { project, backend, feature, file = '', id, manifest } = plugin;
  const report: ReportEntry[] = [];
  const entry = (
    name: string,
    outcome: ReportEntry['outcome'],
    reason: string,
    anchor: string,
  ): void => {
    report.push({
      file: name,
      plugin: id,
      outcome,
      reason,
      guide: `convert-plugin-file#${anchor}`,
    });
  };
  if (beside) entry(file, 'migrated', `now a module of the plugin '${id}'`, 'modules');
  else entry(file, 'migrated', 'now a plugin of the new system', 'what-changes');
  if (policies.length > 0) {
    entry(file, 'migrated', `keeps ${policies.join(', ')} open to everyone`, 'open-routes');
  }
  const factories = [...keys.contracts.values()].filter(each => each.factory);
  for (const key of keys.contracts.keys()) {
    const reason = `keeps ${key} of the old system, made of services`;
    entry(file, 'migrated', reason, ANCHORS[key] ?? 'logger');
  }
  const index = replaceFeature(
    plugin,
    [feature.module ?? ''],
    factories.map(each => each.function),
  );
  report.push({
    file: project.index,
    line: lineOf(backend.module, feature.statement),
    plugin: id,
    outcome: 'migrated',
    reason: `adds ${feature.module}`,
    guide: 'convert-plugin-file#what-changes',
  });
  const installed = findInstalledPackage(join(project.root, project.backend), API);
  const version = installed ? `^${installed.version}` : API_VERSION;
  const made = [...keys.contracts.values()].map(each => packageOf(each.function));
  const wanted = new Map([[API, version]]);
  if (made.includes('backstage-forklift')) wanted.set('backstage-forklift', ownVersionRange());
  const dependencies = addDependencies(manifest, wanted);
  if (dependencies)
    entry(manifest.file, 'migrated', `depends on ${API} ${version}`, 'what-changes');
  const kept =
    !beside && usesDatabase(plugin)
      ? keepDatabase(plugin, 'convert-plugin-file#database')
      : { edits: [], report: [] };
  const edits = [edit, index, dependencies, ...kept.edits].filter(each => each !== undefined);
  return { edits, report: [...report, ...kept.report] };
}

/** Every use of what the function is called with. */
function useOf(
  module: ParsedModule,
  plugin: FunctionWithBody,
  args: readonly FunctionArgument[],
): FollowedUse {
  const uses = args.map((argument, index): FollowedUse => {
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

function usesDatabase({ source }: LiftedPlugin): boolean {
  return /\bdatabase\b/.test(source?.module.text ?? '');
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
