import { ts } from 'ts-morph';
import { declarationOf, importOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';

/** Where a helper finds one of its values: an argument, or a property of its first argument. */
type Source = { readonly index: number } | { readonly property: string };

/** A function of the project that mounts what it is given. */
export type MountHelper =
  /** ``apiRouter.use(`/${id}`, await router(createEnv(id)))`` */
  | { readonly kind: 'plugin'; readonly id: Source; readonly router: Source }
  /** `service.addRouter(path, handler)` */
  | { readonly kind: 'router'; readonly path: Source; readonly handler: Source };

type FunctionNode = ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression;

/** Reads the function behind a callee; undefined when it does more than mount and log. */
export function findMountHelper(
  module: ParsedModule,
  callee: ts.Expression,
): MountHelper | undefined {
  const helper = functionBehind(module, callee);
  if (!helper?.body || !ts.isBlock(helper.body)) return undefined;
  const mounts: ts.CallExpression[] = [];
  for (const statement of helper.body.statements) {
    const mount = mountIn(statement);
    if (mount) mounts.push(mount);
    else if (!isHarmless(module, statement)) return undefined;
  }
  return mounts.length === 1 ? read(module, helper, mounts[0]) : undefined;
}

/** The statement that declares the helper behind a callee. */
export function helperStatement(module: ParsedModule, callee: ts.Expression): ts.Node | undefined {
  const helper = functionBehind(module, callee);
  return helper && ts.findAncestor(helper, ts.isStatement);
}

function read(
  module: ParsedModule,
  helper: FunctionNode,
  call: ts.CallExpression,
): MountHelper | undefined {
  const { name } = call.expression as ts.PropertyAccessExpression;
  const [path, handler] = call.arguments;
  if (!path || !handler || call.arguments.length !== 2) return undefined;
  if (name.text === 'addRouter') {
    const from = sourceOf(module, helper, path);
    const given = sourceOf(module, helper, handler);
    return from && given && { kind: 'router', path: from, handler: given };
  }
  const made = unwrap(handler);
  if (!ts.isTemplateExpression(path) || path.head.text !== '/') return undefined;
  const [span, ...more] = path.templateSpans;
  if (more.length > 0 || span.literal.text !== '' || !ts.isCallExpression(made)) return undefined;
  const id = sourceOf(module, helper, span.expression);
  const router = sourceOf(module, helper, made.expression);
  const [environment, ...rest] = made.arguments;
  if (!id || !router || !environment || rest.length > 0) return undefined;
  return isEnvironmentOf(module, environment, span.expression.getText())
    ? { kind: 'plugin', id, router }
    : undefined;
}

/** `createEnv(id)`, or the variable that keeps it. */
function isEnvironmentOf(module: ParsedModule, expression: ts.Expression, id: string): boolean {
  const inner = unwrap(expression);
  if (ts.isIdentifier(inner)) {
    const declaration = declarationOf(module, inner);
    return (
      declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined &&
      isEnvironmentOf(module, declaration.initializer, id)
    );
  }
  if (!ts.isCallExpression(inner)) return false;
  if (importOf(module, inner.expression)?.imported === 'useHotMemoize') {
    const made = inner.arguments[1];
    return (
      ts.isArrowFunction(made) && !ts.isBlock(made.body) && isEnvironmentOf(module, made.body, id)
    );
  }
  return inner.arguments.length === 1 && inner.arguments[0].getText() === id;
}

function sourceOf(
  module: ParsedModule,
  helper: FunctionNode,
  expression: ts.Expression,
): Source | undefined {
  if (!ts.isIdentifier(expression)) return undefined;
  const declaration = declarationOf(module, expression);
  if (!declaration) return undefined;
  if (ts.isParameter(declaration)) {
    const index = helper.parameters.indexOf(declaration);
    return index === -1 ? undefined : { index };
  }
  if (!ts.isBindingElement(declaration)) return undefined;
  const owner = declaration.parent.parent;
  const isFirst = ts.isParameter(owner)
    ? helper.parameters[0] === owner
    : ts.isVariableDeclaration(owner) &&
      owner.initializer?.getText() === helper.parameters[0]?.name.getText();
  return isFirst
    ? { property: (declaration.propertyName ?? declaration.name).getText() }
    : undefined;
}

/** What a call of the helper gives it. */
export function argumentAt(call: ts.CallExpression, source: Source): ts.Expression | undefined {
  if ('index' in source) return call.arguments[source.index];
  const [options] = call.arguments;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const property = options.properties.find(each => each.name?.getText() === source.property);
  if (!property) return undefined;
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function mountIn(statement: ts.Statement): ts.CallExpression | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const call = unwrap(statement.expression);
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) {
    return undefined;
  }
  return ['use', 'addRouter'].includes(call.expression.name.text) ? call : undefined;
}

/** A declaration without effects of its own, or a line in the log. */
function isHarmless(module: ParsedModule, statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.every(({ initializer }) => {
      const made = initializer && unwrap(initializer);
      return made !== undefined && (ts.isIdentifier(made) || isEnvironmentCall(module, made));
    });
  }
  if (!ts.isExpressionStatement(statement)) return false;
  return /^([\w.()]*(log|logger)(\(\))?|console)\.(info|debug|log)\(/i.test(statement.getText());
}

function isEnvironmentCall(module: ParsedModule, made: ts.Expression): boolean {
  if (!ts.isCallExpression(made)) return false;
  if (importOf(module, made.expression)?.imported === 'useHotMemoize') return true;
  return /^create\w*Env\w*$/.test(made.expression.getText());
}

function functionBehind(module: ParsedModule, callee: ts.Expression): FunctionNode | undefined {
  if (!ts.isIdentifier(callee)) return undefined;
  const declaration = declarationOf(module, callee);
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const made = ts.isVariableDeclaration(declaration) && declaration.initializer;
  return made && (ts.isArrowFunction(made) || ts.isFunctionExpression(made)) ? made : undefined;
}
