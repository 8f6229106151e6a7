import { ts } from 'ts-morph';
import { unwrap } from '../engine/unwrap';
import { knownExtension } from './known-extension';
import { isScheduleMaker } from './known-statement';
import { ownCode } from './ordinary-wiring';
import { isBuilder, localVariable, variableDeclaration, type Reading } from './reading';
import type { ExtensionCall } from './wiring-parts';

/** Options of the builder that are code of the project: `new IndexBuilder({ searchEngine })`. */
export function builderCalls(reading: Reading, statement: ts.Statement): ExtensionCall[] {
  const forms = reading.stock.extension?.builderOptions;
  if (!forms || !ts.isVariableStatement(statement)) return [];
  const [{ name, initializer }] = statement.declarationList.declarations;
  if (!initializer || !isBuilder(reading, name)) return [];
  const made = unwrap(initializer);
  const [options] = ts.isNewExpression(made) ? (made.arguments ?? []) : [];
  if (!options || !ts.isObjectLiteralExpression(options)) return [];
  return options.properties.flatMap(property => {
    const on = forms[property.name?.getText(reading.module.sourceFile) ?? ''];
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    if (!on || !value || !isOwn(reading, value)) return [];
    return [{ method: on.method, given: [value], form: 'value', on }];
  });
}

/** True for a value that ordinary wiring would not make, or that is not settled where it is declared. */
export function isOwn(reading: Reading, value: ts.Expression): boolean {
  const declaration = localVariable(reading, value);
  if (!declaration) return ownCode(reading, value) !== undefined;
  const whole = variableDeclaration(declaration);
  if (!whole?.initializer || !(ts.getCombinedNodeFlags(whole) & ts.NodeFlags.Const)) return true;
  return (
    ownCode(reading, whole.initializer) !== undefined &&
    !isScheduleMaker(reading, whole.initializer) &&
    knownExtension(reading, whole.initializer) === undefined
  );
}
