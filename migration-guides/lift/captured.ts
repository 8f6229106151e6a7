import { ts } from 'ts-morph';
import { identifiersIn, isReference, symbolOf } from '../engine/bindings';
import type { OldBackend, Role } from '../engine/old-backend/old-backend';

/** A use, inside a piece of main(), of something that main() declares outside that piece. */
export interface Capture {
  readonly identifier: ts.Identifier;
  readonly symbol: ts.Symbol;
  readonly role: Role | undefined;
}

/** What a piece of main() needs from the rest of main(). */
export function capturesOf(old: OldBackend, piece: ts.Node): Capture[] {
  return identifiersIn(piece).flatMap(identifier => {
    if (!isReference(identifier)) return [];
    const symbol = symbolOf(old.module, identifier);
    const declaration = symbol?.declarations?.[0];
    if (!symbol || !declaration) return [];
    if (!isWithin(declaration, old.main.body) && !isParameterOf(declaration, old)) return [];
    if (isWithin(declaration, piece)) return [];
    return [{ identifier, symbol, role: old.roles.get(symbol) }];
  });
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return ts.findAncestor(node, each => each === outer) !== undefined;
}

function isParameterOf(declaration: ts.Node, { main }: OldBackend): boolean {
  return ts.isParameter(declaration) && isWithin(declaration, main.declaration);
}

/** True when a piece waits for something outside of functions of its own. */
export function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier) return true;
  return ts.forEachChild(node, child => awaits(child) || undefined) ?? false;
}
