import { ts } from 'ts-morph';
import { importOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';
import type { FunctionWithBody } from './plugin-function';

/** Where createStatusCheckRouter answers unless told. */
const DEFAULT_PATH = '/healthcheck';

/**
 * The path of a health check that checks nothing: a plugin function that only returns
 * `createStatusCheckRouter({ logger, path })`. Undefined for all other functions.
 */
export function plainStatusCheckPath(
  module: ParsedModule,
  plugin: FunctionWithBody,
): string | undefined {
  const made = returnedBy(plugin);
  return made && plainStatusCheckCall(module, made);
}

/** The path in `createStatusCheckRouter({ logger, path })`; undefined for all other expressions. */
export function plainStatusCheckCall(
  module: ParsedModule,
  expression: ts.Expression,
): string | undefined {
  const call = unwrap(expression);
  if (!ts.isCallExpression(call)) return undefined;
  if (importOf(module, call.expression)?.imported !== 'createStatusCheckRouter') return undefined;
  const [options] = call.arguments;
  if (options && ts.isIdentifier(options)) return DEFAULT_PATH;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  let path: string | undefined = DEFAULT_PATH;
  for (const property of options.properties) {
    const name = property.name?.getText(module.sourceFile);
    if (name === 'path') {
      const value = ts.isPropertyAssignment(property) ? property.initializer : undefined;
      path = value && ts.isStringLiteralLike(value) ? value.text : undefined;
    } else if (name !== 'logger') return undefined;
  }
  return path;
}

function returnedBy({ body }: FunctionWithBody): ts.Expression | undefined {
  if (!ts.isBlock(body)) return body;
  const [statement, ...more] = body.statements;
  return more.length === 0 && statement && ts.isReturnStatement(statement)
    ? statement.expression
    : undefined;
}
