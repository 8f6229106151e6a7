import { ts } from 'ts-morph';
import { identifiersIn, importOf, isReference, referencesTo, symbolOf } from '../engine/bindings';
import type { editorOf } from '../engine/source-edit';
import { lineRange } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { localVariable, type Reading } from './reading';

type Editor = ReturnType<typeof editorOf>;

/**
 * Takes `...createBuiltinActions({ ... })` out of every list of the file, also where a variable or a
 * helper function is between them: the published scaffolder has its own.
 */
export function dropBuiltinActions({ module }: Reading, editor: Editor): void {
  const remove: Remove = (start, end) => editor.remove(start, end);
  for (const dropped of builtinActionsIn(module)) {
    if (ts.isSpreadElement(dropped)) dropElement(dropped, remove);
    else {
      const { start, end } = lineRange(module, dropped);
      remove(start, end);
    }
    dropUnused(module, dropped, remove);
  }
}

type Remove = (start: number, end: number) => void;

/** The spread elements, and the statements of variables that only they use. */
function builtinActionsIn(module: Reading['module']): (ts.SpreadElement | ts.VariableStatement)[] {
  const found: (ts.SpreadElement | ts.VariableStatement)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isSpreadElement(node) && isBuiltin(module, node.expression)) found.push(node);
    else if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      isBuiltin(module, node.initializer)
    ) {
      const references = ts.isIdentifier(node.name) ? referencesTo(module, node.name) : [];
      const spreads = references.map(each => each.parent).filter(ts.isSpreadElement);
      found.push(...spreads);
      const statement = node.parent.parent;
      if (spreads.length === references.length && ts.isVariableStatement(statement))
        found.push(statement);
    } else ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

function dropElement(element: ts.SpreadElement, remove: Remove): void {
  const list = element.parent;
  if (!ts.isArrayLiteralExpression(list)) return;
  const index = list.elements.indexOf(element);
  if (index > 0) remove(list.elements[index - 1].getEnd(), element.getEnd());
  else {
    const next = list.elements[1] as ts.Expression | undefined;
    const rest = next?.getFullText() ?? '';
    const end = rest.includes('\n') ? next?.getFullStart() : next?.getStart();
    remove(list.getStart() + 1, end ?? list.elements.end);
  }
}

/** Destructured variables that only the built-in actions were given. */
function dropUnused(module: Reading['module'], dropped: ts.Node, remove: Remove): void {
  for (const identifier of identifiersIn(dropped).filter(isReference)) {
    const element = symbolOf(module, identifier)?.declarations?.[0];
    if (!element || !ts.isBindingElement(element)) continue;
    const pattern = element.parent;
    if (!ts.isObjectBindingPattern(pattern) || ts.isParameter(pattern.parent)) continue;
    if (!ts.isIdentifier(element.name)) continue;
    const others = referencesTo(module, element.name).filter(
      each => !ts.findAncestor(each, parent => parent === dropped),
    );
    if (others.length > 0) continue;
    const next = pattern.elements[pattern.elements.indexOf(element) + 1];
    remove(element.getStart(), next ? next.getStart() : element.getEnd());
  }
}

/** True for a part of `...createBuiltinActions({ ... })`, or of `...builtInActions` made by it. */
export function isInBuiltinActions(reading: Reading, node: ts.Node): boolean {
  const spread = ts.findAncestor(node, ts.isSpreadElement);
  if (!spread) return false;
  const declaration = localVariable(reading, spread.expression);
  const made =
    declaration && ts.isVariableDeclaration(declaration)
      ? declaration.initializer
      : spread.expression;
  return made !== undefined && isBuiltin(reading.module, made);
}

function isBuiltin(module: Reading['module'], expression: ts.Expression): boolean {
  const call = unwrap(expression);
  return (
    ts.isCallExpression(call) &&
    importOf(module, call.expression)?.imported === 'createBuiltinActions'
  );
}
