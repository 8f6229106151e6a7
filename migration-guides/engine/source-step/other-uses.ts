import { ts } from 'ts-morph';
import { bindingsOf } from '../bindings';
import { lineOf, type ParsedModule } from '../parse-module';
import type { Finding } from './source-codemod';

/**
 * Uses of a module that can not be followed name by name: whole imports, import(), require, mocks,
 * re-exports. As long as there are some, what the file imports by name stays as well: a mock would no
 * longer reach it.
 */
export function otherUsesOf(module: ParsedModule, specifier: string): Finding[] {
  const found: Finding[] = [];
  const add = (node: ts.Node, reason: string): void => {
    found.push({ line: lineOf(module, node), outcome: 'manual', reason, anchor: 'other-uses' });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const isOurs = (node.moduleSpecifier as ts.StringLiteral).text === specifier;
      const isWhole = bindingsOf(node).some(each => ['*', 'default'].includes(each.imported));
      if (isOurs && isWhole) add(node, `imports ${specifier} as a whole`);
      return;
    }
    if (ts.isStringLiteralLike(node) && node.text === specifier) {
      add(node, `names ${specifier} outside of an import at the top`);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}
