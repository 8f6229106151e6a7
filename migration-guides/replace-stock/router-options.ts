import { ts } from 'ts-morph';
import type { ConfigSetting } from '../engine/config-settings';
import { flowOf, literalValue, type LiteralValue } from '../engine/literal-value';
import { unwrap } from '../engine/unwrap';
import { isInBuiltinActions } from './builtin-actions';
import { ownCode } from './ordinary-wiring';
import { isCreateRouter, isSpreadEnvironment, localVariable, type Reading } from './reading';
import type { StockPackage } from './stock-package';
import type { KeptPart } from './wiring-parts';

/** `return await createRouter(...)`, or a variable that is made by it. */
export function routerMade(reading: Reading, statement: ts.Statement): ts.Expression | undefined {
  if (ts.isReturnStatement(statement) && statement.expression) return statement.expression;
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration] = statement.declarationList.declarations;
  const made = declaration?.initializer && unwrap(declaration.initializer);
  return made && ts.isCallExpression(made) && isCreateRouter(reading, made) ? made : undefined;
}

/** Reads the options of createRouter; what else is returned has to be ordinary. */
export function readRouter(
  reading: Reading,
  returned: ts.Expression,
  settings: ConfigSetting[],
  kept: KeptPart[],
): string | undefined {
  const { module, stock } = reading;
  const call = unwrap(returned);
  const isRouter = ts.isCallExpression(call) && isCreateRouter(reading, call);
  const given = isRouter ? call.arguments.filter(each => !isEnvironment(reading, each)) : [];
  const options = given.length === 1 ? given[0] : undefined;
  if (!options || !ts.isObjectLiteralExpression(options)) return ownCode(reading, returned);
  for (const property of options.properties) {
    if (isSpreadEnvironment(reading, property)) continue;
    const name = property.name?.getText(module.sourceFile) ?? '';
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    const call = stock.extension?.options?.[name];
    if (call && value) {
      if (isEmptyList(reading, value)) continue;
      const given = [value];
      kept.push({
        kind: 'calls',
        node: property,
        calls: [{ ...call, given }],
        isLate: false,
      });
      continue;
    }
    const setting = stock.settings?.[name];
    const written = setting && value && literalOf(reading, value);
    if (setting && written !== undefined) {
      if (isDefaultValue(stock, written)) continue;
      settings.push({ path: setting.path, value: setting.print(flowOf(written)), place: 'base' });
      continue;
    }
    const own = ownCode(reading, property);
    if (own) return own;
  }
  return undefined;
}

function isDefaultValue({ defaults = [] }: StockPackage, value: LiteralValue): boolean {
  return typeof value === 'string' && defaults.includes(`'${value}'`);
}

/** `{ ...env }`, for plugins that took it. */
function isEnvironment({ plugin, stock, module }: Reading, argument: ts.Expression): boolean {
  const [parameter] = plugin.parameters;
  if (!stock.takesWholeEnvironment || !parameter) return false;
  const text = argument.getText(module.sourceFile).replaceAll(/[\s{},.]/g, '');
  return text === parameter.name.getText(module.sourceFile);
}

/** A value that is written out, there or in a constant. */
function literalOf(reading: Reading, value: ts.Expression): LiteralValue | undefined {
  const declaration = localVariable(reading, value);
  const made =
    declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : value;
  return made && literalValue(reading.module, made);
}

function isEmptyList(reading: Reading, value: ts.Expression): boolean {
  return (
    ts.isArrayLiteralExpression(value) &&
    value.elements.every(each => isInBuiltinActions(reading, each))
  );
}
