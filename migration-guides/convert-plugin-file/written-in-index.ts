import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { unwrap } from '../engine/unwrap';

/** A plugin's function that is written in index.ts, in the legacyPlugin call. */
export interface WrittenFunction {
  readonly function: ts.ArrowFunction & { readonly body: ts.Expression };
  /** What it gives, without `await`. */
  readonly result: ts.Expression;
  /** `const { a } = await import('./plugins/a')`: what it needs of a file. */
  readonly imported: { readonly pattern: string; readonly source: string } | undefined;
}

/**
 * The function in `Promise.resolve({ default: env => ... })`, or in
 * `import('x').then(({ a }) => ({ default: env => ... }))`; undefined for all others.
 */
export function writtenInIndex({ feature }: LiftedPlugin): WrittenFunction | undefined {
  const call = unwrap(feature.expression);
  const source = ts.isCallExpression(call) && call.arguments[1] ? unwrap(call.arguments[1]) : call;
  if (!ts.isCallExpression(source) || !ts.isPropertyAccessExpression(source.expression)) {
    return undefined;
  }
  const { expression: owner, name } = source.expression;
  const [argument] = source.arguments;
  if (!argument || source.arguments.length > 1) return undefined;
  if (owner.getText() === 'Promise' && name.text === 'resolve') {
    return functionIn(argument, undefined);
  }
  const loaded = unwrap(owner);
  const isImport =
    ts.isCallExpression(loaded) && loaded.expression.kind === ts.SyntaxKind.ImportKeyword;
  const then = unwrap(argument);
  if (!isImport || name.text !== 'then' || !ts.isArrowFunction(then) || ts.isBlock(then.body)) {
    return undefined;
  }
  const [parameter, ...others] = then.parameters;
  if (!parameter || others.length > 0) return undefined;
  return functionIn(then.body, { pattern: parameter.name.getText(), source: loaded.getText() });
}

function functionIn(
  node: ts.Expression,
  imported: WrittenFunction['imported'],
): WrittenFunction | undefined {
  const object = unwrap(node);
  if (!ts.isObjectLiteralExpression(object) || object.properties.length !== 1) return undefined;
  const [property] = object.properties;
  if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'default') return undefined;
  const made = unwrap(property.initializer);
  if (!ts.isArrowFunction(made) || ts.isBlock(made.body) || made.parameters.length > 1) {
    return undefined;
  }
  const written = made as WrittenFunction['function'];
  return { function: written, result: unwrap(written.body), imported };
}

/** True for a value that is there at once: one that is imported, or a router that is made in place. */
export function isReady(lifted: LiftedPlugin, { result, imported }: WrittenFunction): boolean {
  const { module } = lifted.backend;
  if (ts.isIdentifier(result)) {
    return importOf(module, result) !== undefined || imported !== undefined;
  }
  if (ts.isFunctionLike(result)) return true;
  return /^(express\.)?Router\(/.test(result.getText(module.sourceFile));
}
