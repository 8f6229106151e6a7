import { ts } from 'ts-morph';
import { importsOf, referencesTo, type ImportBinding } from '../bindings';
import type { PluginStyle } from '../inventory';
import type { ParsedModule } from '../parse-module';
import { environmentUseOf, type EnvironmentUse } from './environment-use';
import type { FunctionWithBody } from './plugin-function';

/** What a plugin's file does. */
export interface PluginFileDescription {
  readonly style: PluginStyle;
  readonly packages: readonly string[];
  readonly envKeys: readonly string[];
  readonly use: EnvironmentUse;
}

/** Packages with routers, builders or providers of the backend. */
const BACKEND_PACKAGE = /-backend(-module-.*)?(\/.*)?$/;

const ROUTER_METHODS = new Set(['get', 'post', 'put', 'delete', 'patch', 'all', 'options', 'head']);

/** Describes the function of a plugin's file and the code around it. */
export function describePluginFile(
  module: ParsedModule,
  plugin: FunctionWithBody,
): PluginFileDescription {
  const use = environmentUseOf(module, plugin);
  const keys = new Set(use.keys.map(each => each.key));
  if (use.whole.length > 0) keys.add('*');
  const imports = importsOf(module).filter(each => !isTypeOnly(module, each));
  const packages = [...new Set(imports.filter(isBackendPackage).map(packageOf))];
  const isStock =
    packages.length > 0 &&
    !imports.some(each => each.module.startsWith('.')) &&
    !declaresMore(module, plugin) &&
    !servesRoutes(module.sourceFile);
  return { style: isStock ? 'stock' : 'home-made', packages, envKeys: [...keys].sort(), use };
}

function isBackendPackage({ module }: ImportBinding): boolean {
  return !module.startsWith('.') && BACKEND_PACKAGE.test(module);
}

/** The name of the package that an import belongs to. */
export function packageOf({ module }: Pick<ImportBinding, 'module'>): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** True for imports that leave no trace in the running code. */
export function isTypeOnly(module: ParsedModule, binding: ImportBinding): boolean {
  const { declaration, local } = binding;
  if (declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (ts.isImportSpecifier(local.parent) && local.parent.isTypeOnly) return true;
  const references = referencesTo(module, local);
  return !references.some(each => !ts.findAncestor(each, isTypeOrImport));
}

function isTypeOrImport(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isImportDeclaration(node);
}

/** Functions, classes or constants next to the plugin's function. */
function declaresMore(module: ParsedModule, plugin: FunctionWithBody): boolean {
  return module.sourceFile.statements.some(statement => {
    if (ts.isClassDeclaration(statement)) return true;
    if (ts.isFunctionDeclaration(statement)) return statement !== plugin;
    return ts.isVariableStatement(statement) && !contains(statement, plugin);
  });
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return ts.findAncestor(inner, each => each === outer) !== undefined;
}

/** Adds routes of its own: `router.get('/health', ...)`. */
function servesRoutes(node: ts.Node): boolean {
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    ROUTER_METHODS.has(node.expression.name.text) &&
    node.arguments.length > 1 &&
    ts.isStringLiteralLike(node.arguments[0])
  ) {
    return true;
  }
  return ts.forEachChild(node, child => servesRoutes(child) || undefined) ?? false;
}
