import { ts } from 'ts-morph';
import { identifiersIn, isReference, symbolOf } from '../engine/bindings';
import type { LiftContext } from './lift-context';

/** Statements of main() that declare what only code left to a person uses. */
export function onlyForPeople(context: LiftContext): ts.Statement[] {
  const { old, manual } = context;
  const isManual = (node: ts.Node): boolean =>
    ts.findAncestor(node, each => manual.has(each)) !== undefined;
  return old.steps.flatMap(({ kind, node }) => {
    if (kind !== 'own' || !ts.isVariableStatement(node)) return [];
    const declared = new Set(context.declaredBy(node));
    const uses = identifiersIn(old.main.body).filter(each => {
      const symbol = isReference(each) ? symbolOf(old.module, each) : undefined;
      return symbol !== undefined && declared.has(symbol) && !isWithin(each, node);
    });
    return uses.length > 0 && uses.every(isManual) ? [node] : [];
  });
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return ts.findAncestor(node, each => each === outer) !== undefined;
}
