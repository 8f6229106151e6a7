import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { declarationOf, identifiersIn, referencesTo } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { lineRange } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';

/**
 * The user that an identity always answers with: the one that it writes out. Undefined when it has
 * several or none, or when the test looks at it or lets it answer otherwise.
 */
export function stubbedUserOf(
  module: ParsedModule,
  property: ts.ObjectLiteralElementLike,
): string | undefined {
  const stubs = stubsIn(module, property);
  if (
    stubs.some(each =>
      referencesTo(module, each.name).some(used => !isIn(used, [property, ...stubs])),
    )
  ) {
    return undefined;
  }
  const text = [property, ...stubs].map(each => each.getText(module.sourceFile)).join('\n');
  const users = [...text.matchAll(/\buserEntityRef:\s*(['"`])([^'"`$]+)\1/g)].map(
    ([, , ref]) => ref,
  );
  const isPlain = !/\?|\bif\b|Once\(|\bthrow\b|reject/i.test(
    text.replaceAll(/\?:|\|\s*undefined/g, ''),
  );
  return users.length === 1 && isPlain ? users[0] : undefined;
}

/** Removes constants that only the replaced options have used, and that do nothing by themselves. */
export function removeUnusedStubs(
  module: ParsedModule,
  editor: MagicString,
  replaced: readonly ts.ObjectLiteralElementLike[],
): void {
  const gone: ts.Node[] = [...replaced];
  for (const stub of new Set(replaced.flatMap(each => stubsIn(module, each)))) {
    const statement = stub.parent.parent;
    const isUnused = referencesTo(module, stub.name).every(each => isIn(each, gone));
    if (!isUnused || !ts.isVariableStatement(statement)) continue;
    if (stub.parent.declarations.length > 1 || !isInert(stub.initializer)) continue;
    const { start, end } = lineRange(module, statement);
    editor.remove(start, end + (module.text[end] === '\n' ? 1 : 0));
    gone.push(statement);
  }
}

interface Stub extends ts.VariableDeclaration {
  readonly name: ts.Identifier;
  readonly parent: ts.VariableDeclarationList;
}

/** The constants that a property is made of, directly or not; those that use others come first. */
function stubsIn(module: ParsedModule, within: ts.Node, found: Stub[] = []): Stub[] {
  for (const identifier of identifiersIn(within)) {
    const declaration = declarationOf(module, identifier);
    if (!declaration || !isStub(declaration) || found.includes(declaration)) continue;
    if (isIn(declaration, [within])) continue;
    found.push(declaration);
    stubsIn(module, declaration, found);
  }
  return found;
}

function isStub(declaration: ts.Declaration): declaration is Stub {
  return (
    ts.isVariableDeclaration(declaration) &&
    ts.isIdentifier(declaration.name) &&
    ts.isVariableDeclarationList(declaration.parent) &&
    (declaration.parent.flags & ts.NodeFlags.Const) !== 0
  );
}

/** `{ getToken, authenticate }`, `jest.fn()...` and `ServerTokenManager.noop()`. */
function isInert(initializer: ts.Expression | undefined): boolean {
  if (!initializer) return false;
  const made = unwrap(initializer);
  return (
    ts.isObjectLiteralExpression(made) ||
    ts.isArrowFunction(made) ||
    /^(jest|vi)\s*\.fn\(|^ServerTokenManager\.noop\(\)$/.test(made.getText())
  );
}

function isIn(node: ts.Node, around: readonly ts.Node[]): boolean {
  return around.some(each => each.pos <= node.pos && node.end <= each.end);
}
