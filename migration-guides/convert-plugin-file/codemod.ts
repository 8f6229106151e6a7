import { join } from 'node:path';
import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, importOf, importsOf, referencesTo } from '../engine/bindings';
import { codeStyleOf, quoted } from '../engine/code-style';
import { settleImports } from '../engine/edit-imports';
import { replaceFeature } from '../engine/edit-index';
import { addDependencies } from '../engine/edit-package-json';
import { optionOf, textOption, type LiftedPlugin } from '../engine/lifted-plugin';
import { findInstalledPackage } from '../engine/package-exports';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import { isTypeOnly } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { editorOf, fileEdit, lineRange } from '../engine/source-edit';
import { isAtLeast } from '../engine/version';
import { convertKeys } from './convert-keys';
import { keepDatabase } from './keep-database';
import { Obstacle } from './obstacle';
import { openRoutesOf, printPolicies } from './open-routes';
import type { ServiceMapping } from './service-mapping';

const API = '@backstage/backend-plugin-api';

/** The range to depend on when nothing is installed: the first stable release. */
const API_VERSION = '^1.0.0';

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
  const { source, call, id } = lifted;
  if (!source || lifted.file === undefined || lifted.feature.module === undefined) {
    throw new Obstacle('has no file of its own', 'before');
  }
  checkMount(lifted);
  const { module, plugin } = source;
  if (plugin.parameters.length > 1) throw new Obstacle('takes further arguments', 'before');
  const editor = editorOf(module);
  const services = convertKeys(module, editor, environmentUseOf(module, plugin));
  const [parameter] = plugin.parameters;
  const typeName = freeTypeName(module);
  if (parameter?.type) {
    editor.overwrite(parameter.type.getStart(module.sourceFile), parameter.type.getEnd(), typeName);
  }
  const name = unexport(module, editor, plugin);
  dropErrorHandler(module, editor);
  const loggers = retypeLoggers(module, editor);
  const policies = [...new Set([...allowedRoutes(call), ...openRoutesOf(module, plugin)])];
  const takesServices = parameter !== undefined;
  editor.append(`\n${printPlugin(module, { id, name, services, policies, takesServices })}`);
  if (takesServices) {
    const { start } = lineRange(module, statementOf(plugin));
    editor.appendLeft(start, `${printServices(typeName, services)}\n`);
  }
  const types = takesServices ? services.map(each => each.type) : [];
  const names = ['coreServices', 'createBackendPlugin', ...types, ...loggers];
  const added = [...new Set(names)].sort(byName).map(each => ({ module: API, name: each }));
  const text = editor.toString();
  if (text.includes('loggerToWinstonLogger(')) {
    added.push({ module: loggerModule(lifted), name: 'loggerToWinstonLogger' });
  }
  const edit = fileEdit(module, settleImports(module, text, added));
  return withSurroundings(lifted, edit, policies);
}

/** Where a winston logger can be made from the new one: backend-common has it since 0.16. */
function loggerModule({ dependencies }: LiftedPlugin): string {
  const common = dependencies['@backstage/backend-common'];
  return common !== undefined && isAtLeast(common, '0.16.0')
    ? '@backstage/backend-common'
    : 'backstage-forklift/legacy';
}

/** The parts of a mount that a plugin of the new system can not have. */
function checkMount({ call, id }: LiftedPlugin): void {
  const path = textOption(call, 'path');
  if (path !== undefined && path !== `/api/${id}`) {
    throw new Obstacle(
      `is served at ${path}; a plugin of the new system is served at /api/${id}`,
      'paths',
    );
  }
  const known = ['envId', 'path', 'auth'];
  const other = call.options?.properties.find(each => !known.includes(each.name?.getText() ?? ''));
  if (other)
    throw new Obstacle(
      `is given ${other.name?.getText() ?? 'more options'} in index.ts`,
      'options',
    );
  if (call.exported === undefined)
    throw new Obstacle('is wrapped in a function in index.ts', 'options');
}

/** Routes that the legacyPlugin call opened. */
function allowedRoutes({ options }: LiftedPlugin['call']): string[] {
  const auth = optionOf(options, 'auth');
  if (!auth) return [];
  const allow = ts.isObjectLiteralExpression(auth) ? optionOf(auth, 'allow') : undefined;
  if (
    !allow ||
    !ts.isArrayLiteralExpression(allow) ||
    !allow.elements.every(ts.isStringLiteralLike)
  ) {
    throw new Obstacle('opens routes in a way that is not understood', 'open-routes');
  }
  return allow.elements.map(each => (each as ts.StringLiteral).text);
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

/** winston's Logger as a type becomes LoggerService. */
function retypeLoggers(module: ParsedModule, editor: MagicString): string[] {
  const logger = importsOf(module).find(
    each => each.module === 'winston' && each.imported === 'Logger' && isTypeOnly(module, each),
  );
  if (!logger) return [];
  const references = referencesTo(module, logger.local);
  for (const each of references) {
    editor.overwrite(each.getStart(module.sourceFile), each.getEnd(), 'LoggerService');
  }
  return references.length > 0 ? ['LoggerService'] : [];
}

function freeTypeName(module: ParsedModule): string {
  const taken = new Set(identifiersIn(module.sourceFile).map(each => each.text));
  return (
    ['Services', 'PluginServices', 'RouterServices'].find(each => !taken.has(each)) ?? 'Services_'
  );
}

function printServices(name: string, services: readonly ServiceMapping[]): string {
  const lines = services.map(each => `  ${each.name}: ${each.type};\n`);
  return `interface ${name} {\n${lines.join('')}}\n`;
}

interface PrintedPlugin {
  readonly id: string;
  /** The function that makes the router. */
  readonly name: string;
  readonly services: readonly ServiceMapping[];
  readonly policies: readonly string[];
  readonly takesServices: boolean;
}

function printPlugin(module: ParsedModule, plugin: PrintedPlugin): string {
  const style = codeStyleOf(module);
  const { services, takesServices } = plugin;
  const refs = takesServices
    ? services.map(each => `        ${each.name}: ${each.ref},\n`).join('')
    : '';
  const rest = takesServices && services.length > 0 ? ', ...services' : '';
  const argument = takesServices ? (services.length > 0 ? 'services' : '{}') : '';
  const text = `export default createBackendPlugin({
  pluginId: ${quoted(plugin.id, style)},
  register(env) {
    env.registerInit({
      deps: {
        httpRouter: coreServices.httpRouter,
${refs}      },
      async init({ httpRouter${rest} }) {
        httpRouter.use(await ${plugin.name}(${argument}));
${printPolicies(plugin.policies, style)}      },
    });
  },
});
`;
  return style.semicolon === '' ? text.replaceAll(/;$/gm, '') : text;
}

function withSurroundings(
  plugin: LiftedPlugin,
  edit: FileEdit | undefined,
  policies: readonly string[],
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
  entry(file, 'migrated', 'now a plugin of the new system', 'what-changes');
  if (policies.length > 0) {
    entry(file, 'migrated', `keeps ${policies.join(', ')} open to everyone`, 'open-routes');
  }
  const index = replaceFeature(plugin, [feature.module ?? '']);
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
  const dependencies = addDependencies(manifest, new Map([[API, version]]));
  if (dependencies)
    entry(manifest.file, 'migrated', `depends on ${API} ${version}`, 'what-changes');
  const kept = keepDatabase(plugin);
  const edits = [edit, index, dependencies, ...kept.edits].filter(each => each !== undefined);
  return { edits, report: [...report, ...kept.report] };
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
