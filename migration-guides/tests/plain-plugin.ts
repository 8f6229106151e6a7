import { posix } from 'node:path';
import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import { GuideError } from '../engine/errors';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import type { SourcePackage, SourceRepository } from '../engine/source-step/source-repository';

/** A plugin that does nothing but to serve one router, made of services as they are, or nearly so. */
export interface PlainPlugin {
  readonly id: string;
  readonly file: string;
  /** The export of its file: a name, or `default`. */
  readonly exported: string;
  /** The file whose createRouter it calls. */
  readonly router: string;
  /** The core service behind each option of createRouter. */
  readonly options: ReadonlyMap<string, string>;
}

/** The plugin in `src/plugin.ts` of a package, when it is a plain one. */
export function plainPluginOf(
  repository: SourceRepository,
  owner: SourcePackage,
): PlainPlugin | undefined {
  const file = pluginFileOf(owner);
  if (!repository.files.includes(file)) return undefined;
  try {
    return describe(repository, parseModule(repository.read(file)));
  } catch (error) {
    if (error instanceof GuideError) return undefined; // It is reported where it is to be changed.
    throw error;
  }
}

/** Where a package of the new system has its plugin. */
export function pluginFileOf({ folder }: SourcePackage): string {
  return posix.join(folder, 'src/plugin.ts');
}

function describe(repository: SourceRepository, module: ParsedModule): PlainPlugin | undefined {
  const made = exportedPlugin(module);
  const id = made && propertyOf(made.definition, 'pluginId');
  const init = made && findMethod(made.definition, 'init');
  if (!made || !init?.body || !id || !ts.isPropertyAssignment(id)) return undefined;
  if (!ts.isStringLiteralLike(id.initializer)) return undefined;
  const services = servicesOf(made.definition);
  const calls = init.body.statements.map(each => routerCall(module, each, services));
  const [call, ...others] = calls.filter(each => each !== 'policy');
  if (!call || others.length > 0) return undefined;
  const router = importOf(module, call.expression);
  const file = router && resolveModule(repository.root, module.file, router.module);
  const options = optionsOf(call, services);
  return file && options && router.imported === 'createRouter'
    ? { id: id.initializer.text, file: module.file, exported: made.name, router: file, options }
    : undefined;
}

/** `export const x = createBackendPlugin({ ... })`, or as default. */
function exportedPlugin(
  module: ParsedModule,
): { readonly name: string; readonly definition: ts.ObjectLiteralExpression } | undefined {
  for (const statement of module.sourceFile.statements) {
    if (ts.isExportAssignment(statement)) {
      const definition = definitionIn(module, statement.expression);
      if (definition) return { name: 'default', definition };
    }
    if (!ts.isVariableStatement(statement)) continue;
    const isExported = statement.modifiers?.some(each => each.kind === ts.SyntaxKind.ExportKeyword);
    const [{ name, initializer }] = statement.declarationList.declarations;
    const definition = initializer && definitionIn(module, initializer);
    if (isExported && definition && ts.isIdentifier(name)) return { name: name.text, definition };
  }
  return undefined;
}

function definitionIn(
  module: ParsedModule,
  expression: ts.Expression,
): ts.ObjectLiteralExpression | undefined {
  if (!ts.isCallExpression(expression)) return undefined;
  if (importOf(module, expression.expression)?.imported !== 'createBackendPlugin') return undefined;
  const [definition] = expression.arguments;
  return definition && ts.isObjectLiteralExpression(definition) ? definition : undefined;
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string) {
  return object.properties.find(each => each.name?.getText() === name);
}

/** A method of an object somewhere below a node. */
function findMethod(within: ts.Node, name: string): ts.MethodDeclaration | undefined {
  let found: ts.MethodDeclaration | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node) && node.name.getText() === name) found ??= node;
    ts.forEachChild(node, visit);
  };
  visit(within);
  return found;
}

/** The core services by the names of their dependencies. */
function servicesOf(definition: ts.ObjectLiteralExpression): ReadonlyMap<string, string> {
  const services = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const ref = /^coreServices\.(\w+)$/.exec(node.initializer.getText())?.[1];
      if (ref) services.set(node.name.getText(), ref);
    }
    ts.forEachChild(node, visit);
  };
  visit(definition);
  return services;
}

/** The createRouter call in `httpRouter.use(await createRouter(...))`. */
function routerCall(
  module: ParsedModule,
  statement: ts.Statement,
  services: ReadonlyMap<string, string>,
): ts.CallExpression | 'policy' | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (!ts.isCallExpression(expression)) return undefined;
  const callee = expression.expression;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (services.get(callee.expression.getText()) !== 'httpRouter') return undefined;
  if (callee.name.text === 'addAuthPolicy') return 'policy';
  const [argument] = expression.arguments;
  if (callee.name.text !== 'use' || !argument || !ts.isAwaitExpression(argument)) return undefined;
  const call = argument.expression;
  return ts.isCallExpression(call) && importOf(module, call.expression) ? call : undefined;
}

/** The service in `logger`, or in `loggerToWinstonLogger(logger)`. */
function valueIn(value: ts.Node): string {
  const text = value.getText();
  return /^loggerToWinstonLogger\((\w+)\)$/.exec(text)?.[1] ?? text;
}

function optionsOf(
  { arguments: [options] }: ts.CallExpression,
  services: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  for (const each of options.properties) {
    const value = ts.isPropertyAssignment(each) ? each.initializer : each.name;
    const service = value && services.get(valueIn(value));
    if (service === undefined || !each.name || ts.isSpreadAssignment(each)) return undefined;
    found.set(each.name.getText(), service);
  }
  return found;
}
