import { ts } from 'ts-morph';

/** The statements that a condition, loop, block, try or switch statement consists of. */
export function nestedStatements(node: ts.Statement): ts.Statement[] {
  if (ts.isBlock(node)) return [...node.statements];
  if (ts.isIfStatement(node)) {
    const branches = node.elseStatement
      ? [node.thenStatement, node.elseStatement]
      : [node.thenStatement];
    return branches.flatMap(blockStatements);
  }
  if (ts.isIterationStatement(node, false)) return blockStatements(node.statement);
  if (ts.isTryStatement(node)) return [...node.tryBlock.statements];
  if (ts.isSwitchStatement(node)) {
    return node.caseBlock.clauses.flatMap(clause => [...clause.statements]);
  }
  return [];
}

function blockStatements(node: ts.Statement): ts.Statement[] {
  return ts.isBlock(node) ? [...node.statements] : [node];
}

/** True for a statement that may end the function it is in. */
export function leavesFunction(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isReturnStatement(node)) return true;
  return ts.forEachChild(node, child => leavesFunction(child) || undefined) ?? false;
}
