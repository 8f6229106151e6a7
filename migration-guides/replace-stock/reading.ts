import { ts } from 'ts-morph';
import { declarationOf, importOf, symbolOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { unwrap } from '../engine/unwrap';
import type { StockPackage } from './stock-package';

/** A plugin's file that wires a published plugin, while it is read. */
export interface Reading {
  readonly module: ParsedModule;
  readonly plugin: FunctionWithBody;
  readonly stock: StockPackage;
  /** Variables that code of the project needs as they are. */
  readonly needed: ReadonlySet<ts.Symbol>;
}

/** The statements of the plugin's function; an expression body is what it returns. */
export function statementsOf({ plugin }: Reading): readonly ts.Statement[] {
  return ts.isBlock(plugin.body) ? plugin.body.statements : [];
}

/** The variable, declared inside the plugin's function, that an expression is. */
export function localVariable(
  { module, plugin }: Reading,
  expression: ts.Node | undefined,
): (ts.VariableDeclaration | ts.BindingElement) | undefined {
  if (!expression || !ts.isIdentifier(expression)) return undefined;
  const symbol = symbolOf(module, expression);
  const declaration = symbol?.declarations?.[0];
  if (!declaration || !ts.findAncestor(declaration, each => each === plugin.body)) return undefined;
  return ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration)
    ? declaration
    : undefined;
}

/** The declaration `const x = ...` that a variable, destructured or not, comes from. */
export function variableDeclaration(
  declaration: ts.VariableDeclaration | ts.BindingElement,
): ts.VariableDeclaration | undefined {
  return ts.findAncestor(declaration, ts.isVariableDeclaration);
}

/** `CatalogBuilder.create(env)`, `new IndexBuilder(...)`: what makes the old plugin's builder. */
function isBuilderMaker({ module, stock }: Reading, expression: ts.Expression): boolean {
  const made = unwrap(expression);
  if (!ts.isCallExpression(made) && !ts.isNewExpression(made)) return false;
  const callee = ts.isPropertyAccessExpression(made.expression)
    ? made.expression.expression
    : made.expression;
  const binding = importOf(module, callee);
  return (
    binding !== undefined &&
    (stock.extension?.builders ?? []).includes(`${binding.module}#${binding.imported}`)
  );
}

/** True for the variable that holds the old plugin's builder. */
export function isBuilder(reading: Reading, expression: ts.Node): boolean {
  const declaration = localVariable(reading, expression);
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isBuilderMaker(reading, declaration.initializer)
  );
}

/** True for what the builder built: the router, the engine. It no longer exists in the new system. */
export function isBuilt(reading: Reading, expression: ts.Node): boolean {
  const declaration = localVariable(reading, expression);
  const whole = declaration && variableDeclaration(declaration);
  if (!whole?.initializer) return false;
  const made = unwrap(whole.initializer);
  if (!ts.isCallExpression(made)) return false;
  if (isCreateRouter(reading, made)) return true;
  const { expression: callee } = made;
  return ts.isPropertyAccessExpression(callee) && isBuilder(reading, callee.expression);
}

/** `createRouter({ ... })` of the published plugin. */
export function isCreateRouter({ module, stock }: Reading, call: ts.CallExpression): boolean {
  const binding = importOf(module, call.expression);
  return binding?.imported === 'createRouter' && binding.module === stock.package;
}

/** `...env`: every service, which the published plugin has by itself. */
export function isSpreadEnvironment({ module, plugin }: Reading, property: ts.Node): boolean {
  const [parameter] = plugin.parameters;
  if (!ts.isSpreadAssignment(property) || !ts.isIdentifier(property.expression)) return false;
  return (
    parameter !== undefined &&
    ts.isIdentifier(parameter.name) &&
    symbolOf(module, property.expression) === symbolOf(module, parameter.name)
  );
}

/** A function, class or constant that the file declares beside the plugin's function. */
export function isOwnDeclaration({ module, plugin }: Reading, identifier: ts.Identifier): boolean {
  const declaration = declarationOf(module, identifier);
  if (!declaration || ts.findAncestor(declaration, ts.isImportDeclaration)) return false;
  return !ts.findAncestor(declaration, each => each === plugin);
}
