import { ts } from 'ts-morph';
import { identifiersIn, importOf, isReference, referencesTo, symbolOf } from '../engine/bindings';
import { unwrap } from '../engine/unwrap';
import { DEFAULT_PROVIDERS } from './auth-providers';
import { readOptions, readProvider, type MadeProvider, type ProvidersMade } from './made-providers';
import { isCreateRouter, localVariable, type Reading } from './reading';

/** What the function of the old auth plugin does, in turn. */
export type AuthStep =
  | { readonly kind: 'provider'; readonly made: MadeProvider }
  /** A declaration that conditions or resolvers may use. */
  | { readonly kind: 'code'; readonly node: ts.VariableStatement }
  /** `if (isLocal) return await createRouter(options)`: providers that follow are not for all. */
  | { readonly kind: 'guard'; readonly node: ts.IfStatement };

/** The providers of a file, and the code among which it makes them. */
export interface AuthSteps extends ProvidersMade {
  readonly steps: readonly AuthStep[];
}

/**
 * Reads what the plugin's function does; undefined when it does anything but make providers and the
 * router.
 */
export function readAuthSteps(reading: Reading): AuthSteps | undefined {
  const { body } = reading.plugin;
  const returned = ts.isBlock(body) ? routerReturned(reading, body.statements.at(-1)) : body;
  const options = returned && optionsOf(reading, returned);
  if (!options) return undefined;
  if (ts.isObjectLiteralExpression(options)) {
    if (ts.isBlock(body) && body.statements.length > 1) return undefined;
    const made = readOptions(reading, options);
    return made && { ...made, steps: made.providers.map(toStep) };
  }
  return ts.isBlock(body) && ts.isIdentifier(options)
    ? readStatements(reading, body.statements, options)
    : undefined;
}

function toStep(made: MadeProvider): AuthStep {
  return { kind: 'provider', made };
}

/** Statements that fill a variable with the options, and give that to createRouter. */
function readStatements(
  reading: Reading,
  statements: readonly ts.Statement[],
  options: ts.Identifier,
): AuthSteps | undefined {
  const { module } = reading;
  const variable = localVariable(reading, options);
  const object = variable?.initializer && unwrap(variable.initializer);
  if (!variable || !object || !ts.isObjectLiteralExpression(object)) return undefined;
  if (!ts.isIdentifier(variable.name) || usesLocals(reading, object)) return undefined;
  const declared = readOptions(reading, object);
  if (!declared?.isExplicit) return undefined;
  const understood = new Set<ts.Node>([options]);
  const steps: AuthStep[] = [];
  /** Variables that the function no longer has, and the provider that each is. */
  const gone = new Map<ts.Identifier, string | undefined>([[variable.name, undefined]]);
  const providers = [...declared.providers];
  for (const statement of statements.slice(0, -1)) {
    if (variable.parent.parent === statement) {
      if (!isSingle(statement)) return undefined;
      steps.push(...declared.providers.map(toStep));
      continue;
    }
    const given = guardOf(reading, statement);
    if (given) {
      if (symbolOf(module, given.options) !== symbolOf(module, options)) return undefined;
      understood.add(given.options);
      steps.push({ kind: 'guard', node: given.node });
      continue;
    }
    const assigned = assignmentOf(statement);
    if (!assigned) {
      if (!ts.isVariableStatement(statement)) return undefined;
      steps.push({ kind: 'code', node: statement });
      continue;
    }
    const { id, on, value, name } = assigned;
    if (symbolOf(module, on) !== symbolOf(module, options)) return undefined;
    understood.add(on);
    const again = [...gone].find(
      ([own]) => ts.isIdentifier(value) && symbolOf(module, value) === symbolOf(module, own),
    );
    if (again) {
      if (again[1] !== id) return undefined;
      understood.add(value);
      continue;
    }
    const made = readProvider(reading, id, value);
    if (!made || providers.some(each => each.id === id)) return undefined;
    const isGuarded = steps.some(each => each.kind === 'guard');
    // Where the function returns before this one, it has the default one with the same id.
    if (isGuarded && declared.hasDefaults && DEFAULT_PROVIDERS.includes(id)) return undefined;
    if (name) gone.set(name, id);
    providers.push(made);
    steps.push(toStep(made));
  }
  const isLost = [...gone.keys()]
    .flatMap(each => referencesTo(module, each))
    .some(each => !understood.has(each));
  if (isLost || steps.some(each => usesOldPlugin(reading, each))) return undefined;
  return { ...declared, providers, steps };
}

/** True where options come from what the function makes itself. */
function usesLocals(reading: Reading, object: ts.ObjectLiteralExpression): boolean {
  return object.properties.some(
    each =>
      each.name?.getText(reading.module.sourceFile) !== 'providerFactories' &&
      identifiersIn(each).some(own => isReference(own) && localVariable(reading, own)),
  );
}

/** `return await createRouter(options)`, also in a block by itself. */
function routerReturned(
  reading: Reading,
  statement: ts.Statement | undefined,
): ts.Expression | undefined {
  if (statement && ts.isBlock(statement)) {
    return statement.statements.length === 1
      ? routerReturned(reading, statement.statements[0])
      : undefined;
  }
  return statement && ts.isReturnStatement(statement) ? statement.expression : undefined;
}

function optionsOf(reading: Reading, returned: ts.Expression): ts.Expression | undefined {
  const call = unwrap(returned);
  if (!ts.isCallExpression(call) || !isCreateRouter(reading, call)) return undefined;
  return call.arguments.length === 1 ? call.arguments[0] : undefined;
}

function guardOf(
  reading: Reading,
  statement: ts.Statement,
): { readonly node: ts.IfStatement; readonly options: ts.Identifier } | undefined {
  if (!ts.isIfStatement(statement) || statement.elseStatement) return undefined;
  const returned = routerReturned(reading, statement.thenStatement);
  const options = returned && optionsOf(reading, returned);
  return options && ts.isIdentifier(options) ? { node: statement, options } : undefined;
}

interface Assignment {
  readonly id: string;
  readonly on: ts.Identifier;
  readonly value: ts.Expression;
  /** The constant that is the provider as well. */
  readonly name?: ts.Identifier;
}

/** `options.providerFactories.github = ...`, also as the value of a constant. */
function assignmentOf(statement: ts.Statement): Assignment | undefined {
  const [declaration] = isSingle(statement) ? statement.declarationList.declarations : [];
  const expression = ts.isExpressionStatement(statement)
    ? statement.expression
    : declaration?.initializer;
  const assignment = expression && unwrap(expression);
  if (!assignment || !ts.isBinaryExpression(assignment)) return undefined;
  if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const target = targetOf(assignment.left);
  const name = declaration?.name;
  if (!target || (name && !ts.isIdentifier(name))) return undefined;
  return { ...target, value: unwrap(assignment.right), name };
}

function targetOf(left: ts.Expression): Pick<Assignment, 'id' | 'on'> | undefined {
  if (!ts.isElementAccessExpression(left) && !ts.isPropertyAccessExpression(left)) return undefined;
  const key = ts.isPropertyAccessExpression(left) ? left.name : left.argumentExpression;
  const isWritten = ts.isPropertyAccessExpression(left) || ts.isStringLiteral(key);
  const factories = unwrap(left.expression);
  if (!isWritten || !ts.isPropertyAccessExpression(factories)) return undefined;
  const { name, expression: on } = factories;
  return name.text === 'providerFactories' && ts.isIdentifier(on)
    ? { id: (key as ts.Identifier | ts.StringLiteral).text, on }
    : undefined;
}

function isSingle(statement: ts.Statement): statement is ts.VariableStatement {
  return ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1;
}

/** True for kept code that needs something of the old plugin's package. */
function usesOldPlugin({ module, stock }: Reading, step: AuthStep): boolean {
  if (step.kind === 'provider') return false;
  const node = step.kind === 'code' ? step.node : step.node.expression;
  return identifiersIn(node).some(each => importOf(module, each)?.module === stock.package);
}
