import { ts } from 'ts-morph';
import { importOf, referencesTo } from '../engine/bindings';
import { isConfigured, type ConfigSetting } from '../engine/config-settings';
import { optionOf, type LiftedPlugin } from '../engine/lifted-plugin';
import { flowOf, literalValue } from '../engine/literal-value';
import { Obstacle } from '../engine/obstacle';
import { unwrap } from '../engine/unwrap';
import { localVariable, type Reading } from './reading';

/** True for the object, or what stands for it, whose list is configuration now. */
export function isListArgument({ module, stock }: Reading, node: ts.Node): boolean {
  const call = node.parent;
  if (!stock.list || !ts.isCallExpression(call)) return false;
  const { maker, index } = stock.list;
  const callee = call.expression;
  if (call.arguments[index] !== node || !ts.isPropertyAccessExpression(callee)) return false;
  const binding = importOf(module, callee.expression);
  return maker === `${binding?.module}#${binding?.imported}.${callee.name.text}`;
}

/** A constant that is nothing but such an object. */
export function isListVariable(reading: Reading, name: ts.BindingName): boolean {
  if (!reading.stock.list || !ts.isIdentifier(name)) return false;
  const uses = referencesTo(reading.module, name);
  return uses.length > 0 && uses.every(each => isListArgument(reading, each));
}

/**
 * The list that the file, or index.ts by an argument of the mount, gives to the published plugin.
 *
 * @throws Obstacle when it is computed, or when an argument of the mount is for something else
 */
export function listSettings(plugin: LiftedPlugin, reading: Reading): ConfigSetting[] {
  const { stock, module } = reading;
  const [, ...parameters] = reading.plugin.parameters;
  if (!stock.list) return [];
  const given = optionOf(plugin.call.options, 'args');
  const args = given && ts.isArrayLiteralExpression(given) ? given.elements : undefined;
  if (given && !(args && parameters.every(each => isListVariable(reading, each.name)))) {
    throw new Obstacle('is given args', stock.anchor);
  }
  const argument = find(reading.plugin.body, each => isListArgument(reading, each));
  if (!argument) return [];
  const at = parameters.findIndex(
    ({ name }) =>
      ts.isIdentifier(name) && referencesTo(module, name).includes(argument as ts.Identifier),
  );
  const object = at === -1 ? written(reading, argument) : args?.[at];
  if (!object) return [];
  const { method, path } = stock.list;
  const list = listOf(object, method);
  const value = list && literalValue(module, list);
  if (!Array.isArray(value) || !value.every(each => typeof each === 'string')) {
    throw new Obstacle(`is given a ${method} that does more than to name them`, stock.anchor);
  }
  if (isConfigured(plugin.project, path)) {
    throw new Obstacle(
      `says in code and in the configuration what ${path.join('.')} is`,
      stock.anchor,
    );
  }
  return [{ path, value: flowOf(value), place: 'base' }];
}

/** The object behind an argument: the variable's, if it is one. */
function written(reading: Reading, argument: ts.Expression): ts.Expression {
  const declaration = localVariable(reading, argument);
  const made =
    declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return made ?? argument;
}

/** The list in `{ method: () => [...] }`. */
function listOf(object: ts.Expression, method: string): ts.Expression | undefined {
  const literal = unwrap(object);
  if (!ts.isObjectLiteralExpression(literal) || literal.properties.length !== 1) return undefined;
  const [property] = literal.properties;
  if (property.name?.getText() !== method) return undefined;
  const made = ts.isPropertyAssignment(property) ? unwrap(property.initializer) : property;
  if (!ts.isArrowFunction(made) && !ts.isFunctionExpression(made) && !ts.isMethodDeclaration(made))
    return undefined;
  const { body } = made;
  if (!body || !ts.isBlock(body)) return body;
  const [statement] = body.statements;
  return body.statements.length === 1 && ts.isReturnStatement(statement)
    ? statement.expression
    : undefined;
}

function find(node: ts.Node, matches: (node: ts.Node) => boolean): ts.Expression | undefined {
  if (matches(node)) return node as ts.Expression;
  return ts.forEachChild(node, child => find(child, matches));
}
