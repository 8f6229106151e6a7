import { ts } from 'ts-morph';
import { declarationOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';

/** A list of plugins that a loop mounts: `for (const each of routes) router.use(each.path, await each.handler)`. */
export interface MountTable {
  /** The statement that declares the list. */
  readonly declaration: ts.VariableStatement;
  readonly router: ts.Expression;
  readonly rows: readonly MountTableRow[];
}

interface MountTableRow {
  readonly node: ts.ObjectLiteralExpression;
  readonly path: ts.Expression;
  readonly handler: ts.Expression;
}

/** Reads a loop over a list of objects whose body is one `use`; undefined for all others. */
export function readMountTable(module: ParsedModule, loop: ts.Statement): MountTable | undefined {
  if (!ts.isForOfStatement(loop) || loop.awaitModifier || !ts.isIdentifier(loop.expression)) {
    return undefined;
  }
  const declared = declarationOf(module, loop.expression);
  const declaration = declared && ts.findAncestor(declared, ts.isVariableStatement);
  if (!declared || !ts.isVariableDeclaration(declared) || !declaration) return undefined;
  const list = declared.initializer && unwrap(declared.initializer);
  const use = useIn(loop.statement);
  if (!list || !ts.isArrayLiteralExpression(list) || !use) return undefined;
  const [pathKey, handlerKey] = use.arguments.map(each => propertyOf(module, loop, each));
  if (!pathKey || !handlerKey || declaration.declarationList.declarations.length > 1) {
    return undefined;
  }
  const rows = list.elements.map(node => rowOf(node, pathKey, handlerKey));
  const { expression: router } = use.expression as ts.PropertyAccessExpression;
  return rows.every(each => each !== undefined) ? { declaration, router, rows } : undefined;
}

/** The call of a body that is `router.use(path, handler)`. */
function useIn(body: ts.Statement): ts.CallExpression | undefined {
  const [statement, ...more] = ts.isBlock(body) ? body.statements : [body];
  if (!statement || more.length > 0 || !ts.isExpressionStatement(statement)) return undefined;
  const call = unwrap(statement.expression);
  return ts.isCallExpression(call) &&
    call.arguments.length === 2 &&
    ts.isPropertyAccessExpression(call.expression) &&
    call.expression.name.text === 'use'
    ? call
    : undefined;
}

/** The property of the loop's variable that an expression is: `each.path`, or `path` of `{ path }`. */
function propertyOf(
  module: ParsedModule,
  loop: ts.ForOfStatement,
  expression: ts.Expression,
): string | undefined {
  const inner = unwrap(expression);
  const isOfLoop = (name: ts.Expression): ts.Declaration | undefined => {
    const declaration = ts.isIdentifier(name) ? declarationOf(module, name) : undefined;
    return declaration && ts.findAncestor(declaration, each => each === loop.initializer)
      ? declaration
      : undefined;
  };
  if (ts.isPropertyAccessExpression(inner)) {
    return isOfLoop(inner.expression) ? inner.name.text : undefined;
  }
  const element = isOfLoop(inner);
  return element && ts.isBindingElement(element) && !element.dotDotDotToken
    ? (element.propertyName ?? element.name).getText()
    : undefined;
}

function rowOf(
  node: ts.Expression,
  pathKey: string,
  handlerKey: string,
): MountTableRow | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const valueOf = (key: string): ts.Expression | undefined => {
    const property = node.properties.find(each => each.name?.getText() === key);
    return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  };
  const path = valueOf(pathKey);
  const handler = valueOf(handlerKey);
  return path && handler && { node, path, handler };
}
