import { ts } from 'ts-morph';
import { declarationOf, importOf } from '../bindings';
import { configList } from './config-list';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';
import type { EnvironmentFactory } from './old-backend';

/** A key of the environment whose value is not the one of Backstage's template. */
export interface CustomKey {
  readonly key: string;
  readonly value: ts.Expression;
}

/** Parts of the environment of which the keys, or how they are made, can not be told. */
export function unknownKeysOf({
  environment,
}: EnvironmentFactory): readonly ts.ObjectLiteralElementLike[] {
  return (environment?.properties ?? []).filter(each => valueOf(each) === undefined);
}

/** What makes the value of each key in the template, of any release: `Class.method`, or a class. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  logger: ['getRootLogger', 'createRootLogger'],
  reader: ['UrlReaders.default'],
  discovery: ['HostDiscovery.fromConfig', 'SingleHostDiscovery.fromConfig'],
  cache: ['CacheManager.fromConfig'],
  database: ['DatabaseManager.fromConfig', 'SingleConnectionDatabaseManager.fromConfig'],
  scheduler: ['TaskScheduler.fromConfig'],
  tokenManager: ['ServerTokenManager.fromConfig', 'ServerTokenManager.noop'],
  permissions: ['ServerPermissionClient.fromConfig'],
  identity: ['DefaultIdentityClient.create', 'IdentityClient.create'],
  eventBroker: ['DefaultEventBroker'],
  events: ['DefaultEventsService.create'],
  signals: ['DefaultSignalsService.create', 'DefaultSignalService.create'],
};

/** Methods that narrow a manager down to one plugin, or a logger to one label. */
const NARROWING = new Set(['forPlugin', 'child']);

/** Options that change what a maker of the template makes. */
const OWN_OPTIONS = new Set(['basePath', 'factories', 'defaultEndpoints']);

/** The keys of the environment that the template does not have, or has in another way. */
export function customKeysOf(module: ParsedModule, factory: EnvironmentFactory): CustomKey[] {
  return (factory.environment?.properties ?? []).flatMap(property => {
    const key = property.name?.getText(module.sourceFile);
    const value = valueOf(property);
    if (key === undefined || value === undefined) return [];
    return standardKeyOf(module, factory, value) === key ? [] : [{ key, value }];
  });
}

/** The key of the template that an expression makes the value of. */
export function standardKeyOf(
  module: ParsedModule,
  factory: EnvironmentFactory,
  value: ts.Expression,
): string | undefined {
  if (isConfig(module, factory, value)) return 'config';
  const makers = makersOf(module, value);
  if (makers.length === 0) return undefined;
  return Object.keys(MAKERS).find(key => makers.every(each => MAKERS[key].includes(each ?? '')));
}

function valueOf(property: ts.ObjectLiteralElementLike): ts.Expression | undefined {
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

/** The parameter of makeCreateEnv, or what is made of a list of configurations. */
function isConfig(
  module: ParsedModule,
  factory: EnvironmentFactory,
  value: ts.Expression,
): boolean {
  const made = unwrap(value);
  const list = ts.isCallExpression(made) && configList(module, made);
  if (list) return isConfig(module, factory, list);
  if (!ts.isIdentifier(value)) return false;
  const declaration = declarationOf(module, value);
  if (declaration && ts.isVariableDeclaration(declaration) && declaration.initializer) {
    const initializer = unwrap(declaration.initializer);
    return ts.isCallExpression(initializer) && isConfig(module, factory, initializer);
  }
  return (
    declaration !== undefined &&
    ts.isParameter(declaration) &&
    declaration.parent === factory.body.parent &&
    declaration.parent.parameters[0] === declaration
  );
}

/** What makes an expression's value, one for each branch of a condition; undefined if unknown. */
function makersOf(module: ParsedModule, value: ts.Expression): (string | undefined)[] {
  const made = unwrap(value);
  if (ts.isConditionalExpression(made)) {
    return [...makersOf(module, made.whenTrue), ...makersOf(module, made.whenFalse)];
  }
  if (ts.isIdentifier(made)) {
    const declaration = declarationOf(module, made);
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? makersOf(module, declaration.initializer)
      : [undefined];
  }
  if (ts.isNewExpression(made)) return [packageName(module, made.expression)];
  if (!ts.isCallExpression(made) || hasOwnOptions(made)) return [undefined];
  const callee = made.expression;
  if (!ts.isPropertyAccessExpression(callee)) return [packageName(module, callee)];
  if (NARROWING.has(callee.name.text)) return makersOf(module, callee.expression);
  const name = packageName(module, callee.expression);
  return [name && `${name}.${callee.name.text}`];
}

/** The name that a package exports; undefined for what the project made itself. */
function packageName(module: ParsedModule, expression: ts.Expression): string | undefined {
  const binding = importOf(module, expression);
  return binding?.module.startsWith('@backstage/') ? binding.imported : undefined;
}

function hasOwnOptions(call: ts.CallExpression): boolean {
  return call.arguments.some(
    each =>
      ts.isObjectLiteralExpression(each) &&
      each.properties.some(property => OWN_OPTIONS.has(property.name?.getText() ?? '')),
  );
}

/** Statements of makeCreateEnv that do more than make values or log. */
export function sideEffectsOf(module: ParsedModule, factory: EnvironmentFactory): ts.Statement[] {
  return factory.body.statements.filter(statement => {
    if (ts.isReturnStatement(statement) || ts.isVariableStatement(statement)) return false;
    if (ts.isFunctionDeclaration(statement) || ts.isEmptyStatement(statement)) return false;
    return !isLogging(module, factory, statement);
  });
}

function isLogging(
  module: ParsedModule,
  factory: EnvironmentFactory,
  statement: ts.Statement,
): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) {
    return false;
  }
  const callee = statement.expression.expression;
  return (
    ts.isPropertyAccessExpression(callee) &&
    standardKeyOf(module, factory, callee.expression) === 'logger'
  );
}
