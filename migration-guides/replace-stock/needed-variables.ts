import { ts } from 'ts-morph';
import { identifiersIn, importsOf, isReference, referencesTo, symbolOf } from '../engine/bindings';
import { unwrap } from '../engine/unwrap';
import { isOwn } from './builder-options';
import { isInBuiltinActions } from './builtin-actions';
import { isBuilder, isBuilt, localVariable, variableDeclaration, type Reading } from './reading';
import type { KeptPart } from './wiring-parts';

/** True for a statement that declares a variable or type which kept code needs. */
export function declaresNeeded(reading: Reading, statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement) && !isTypeDeclaration(statement)) return false;
  return identifiersIn(statement).some(each => {
    const symbol = reading.module.checker.getSymbolAtLocation(each);
    return symbol !== undefined && reading.needed.has(symbol) && !isReference(each);
  });
}

/** True for a statement that does something with a variable which kept code has: `provider.run();`. */
export function actsOnKept(
  reading: Reading,
  statement: ts.Statement,
  kept: readonly KeptPart[],
): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const statements = kept.filter(each => each.kind === 'statement').map(each => each.node);
  return identifiersIn(statement)
    .filter(isReference)
    .some(each => {
      const symbol = symbolOf(reading.module, each);
      const declaration = localVariable(reading, each);
      return (
        (symbol !== undefined && reading.needed.has(symbol)) ||
        (declaration !== undefined && isWithin(declaration, statements))
      );
    });
}

/**
 * Variables and types of the plugin's function that the kept code uses, besides what stands for the extension
 * point; a text when it needs something that there is no more.
 */
export function neededBy(reading: Reading, kept: readonly KeptPart[]): ts.Symbol[] | string {
  const { module, stock } = reading;
  const found: ts.Symbol[] = [];
  const nodes = keptNodes(kept);
  for (const identifier of nodes.flatMap(identifiersIn)) {
    if (!isReference(identifier) || isInBuiltinActions(reading, identifier)) continue;
    const symbol = symbolOf(module, identifier);
    const type = localType(reading, symbol);
    if (symbol && type && !isWithin(type, nodes)) found.push(symbol);
    const declaration = localVariable(reading, identifier);
    if (!declaration || isWithin(declaration, nodes)) continue;
    if (isBuilder(reading, identifier)) {
      const method = methodCalled(identifier);
      if (method !== undefined && stock.extension?.methods[method]) continue;
      return `hands ${identifier.text} to other code`;
    }
    if (isBuilt(reading, identifier)) return `uses ${identifier.text} of the old ${stock.id}`;
    const whole = variableDeclaration(declaration);
    if (whole && ts.isForOfStatement(whole.parent.parent)) continue;
    if (symbol) found.push(symbol);
  }
  return found;
}

/** The type, declared inside the plugin's function, behind a symbol. */
function localType({ plugin }: Reading, symbol: ts.Symbol | undefined): ts.Statement | undefined {
  const declaration = symbol?.declarations?.[0];
  if (!declaration || !isTypeDeclaration(declaration)) return undefined;
  return ts.findAncestor(declaration, each => each === plugin.body) ? declaration : undefined;
}

function isTypeDeclaration(
  node: ts.Node,
): node is ts.TypeAliasDeclaration | ts.InterfaceDeclaration {
  return ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node);
}

/** A variable of the kept code that what goes was given: the code would stay without its effect. */
export function lostVariable(reading: Reading, kept: readonly KeptPart[]): string | undefined {
  const { module, plugin } = reading;
  const statements = kept.filter(each => each.kind === 'statement').map(each => each.node);
  const nodes = [...keptNodes(kept), ...statementsWithCalls(kept)];
  return identifiersIn(plugin.body).find(identifier => {
    if (!isReference(identifier) || isWithin(identifier, nodes)) return false;
    if (isInBuiltinActions(reading, identifier)) return false;
    const declaration = localVariable(reading, identifier);
    const symbol = symbolOf(module, identifier);
    if (!declaration || !symbol || !isWithin(declaration, statements)) return false;
    if (!reading.needed.has(symbol) || isOwn(reading, identifier)) return true;
    return statements.some(each => changes(reading, each, symbol));
  })?.text;
}

/** `preparers.register(...)`: a statement that does something with a variable, which another one would not have. */
function changes(reading: Reading, statement: ts.Statement, symbol: ts.Symbol): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  let object = unwrap(statement.expression);
  while (ts.isCallExpression(object) || ts.isPropertyAccessExpression(object)) {
    object = unwrap(object.expression);
  }
  return ts.isIdentifier(object) && symbolOf(reading.module, object) === symbol;
}

/** The modules of what is named outside of the kept code, such as a search engine. */
export function modulesOfTheRest(reading: Reading, kept: readonly KeptPart[]): string[] {
  const { module, plugin, stock } = reading;
  const nodes = keptNodes(kept);
  return importsOf(module).flatMap(({ module: from, imported, local }) => {
    const modules = stock.wiring[`${from}#${imported}`]?.modules ?? [];
    if (modules.length === 0) return [];
    const uses = referencesTo(module, local, plugin.body);
    return uses.some(each => !isWithin(each, nodes)) ? modules : [];
  });
}

/** Statements of which only calls stay: what they name besides was read with them. */
function statementsWithCalls(kept: readonly KeptPart[]): ts.Node[] {
  return kept.flatMap(each => (each.kind === 'calls' ? [each.node] : []));
}

function keptNodes(kept: readonly KeptPart[]): ts.Node[] {
  return kept.flatMap<ts.Node>(each =>
    each.kind === 'calls' ? each.calls.flatMap(call => call.given) : [each.node],
  );
}

function isWithin(node: ts.Node, outer: readonly ts.Node[]): boolean {
  return ts.findAncestor(node, each => outer.includes(each)) !== undefined;
}

function methodCalled(receiver: ts.Identifier): string | undefined {
  const { parent } = receiver;
  return ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent)
    ? parent.name.text
    : undefined;
}
