import { ts } from 'ts-morph';
import { importOf } from './bindings';
import type { ParsedModule } from './parse-module';

/** What can be written into a configuration file. */
export type LiteralValue =
  string | number | boolean | readonly LiteralValue[] | { readonly [key: string]: LiteralValue };

/**
 * The value that an expression writes out; undefined when any of it is computed.
 * `Duration.fromObject({ minutes: 5 })` counts as the object in it.
 */
export function literalValue(
  module: ParsedModule,
  expression: ts.Expression,
): LiteralValue | undefined {
  if (ts.isParenthesizedExpression(expression)) return literalValue(module, expression.expression);
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isNumericLiteral(expression)) return Number(expression.text);
  if (expression.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (expression.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isArrayLiteralExpression(expression)) {
    const items = expression.elements.map(each => literalValue(module, each));
    return items.every(each => each !== undefined) ? items : undefined;
  }
  if (ts.isObjectLiteralExpression(expression)) return objectValue(module, expression);
  if (ts.isCallExpression(expression) && isDuration(module, expression.expression)) {
    return literalValue(module, expression.arguments[0]);
  }
  return undefined;
}

function objectValue(
  module: ParsedModule,
  object: ts.ObjectLiteralExpression,
): LiteralValue | undefined {
  const entries: [string, LiteralValue][] = [];
  for (const property of object.properties) {
    const value = ts.isPropertyAssignment(property)
      ? literalValue(module, property.initializer)
      : undefined;
    if (value === undefined || !property.name || ts.isComputedPropertyName(property.name)) {
      return undefined;
    }
    const name = property.name;
    entries.push([ts.isStringLiteral(name) ? name.text : name.getText(module.sourceFile), value]);
  }
  return Object.fromEntries(entries);
}

function isDuration(module: ParsedModule, callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'fromObject') return false;
  return importOf(module, callee.expression)?.imported === 'Duration';
}

/** A value as YAML on one line: `{ frequency: { minutes: 30 } }`. */
export function flowOf(value: LiteralValue): string {
  if (Array.isArray(value)) return `[${value.map(flowOf).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value as Record<string, LiteralValue>);
    return entries.length === 0
      ? '{}'
      : `{ ${entries.map(([key, each]) => `${flowOf(key)}: ${flowOf(each)}`).join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value);
  return isPlain ? value : `'${value.replaceAll("'", "''")}'`;
}
