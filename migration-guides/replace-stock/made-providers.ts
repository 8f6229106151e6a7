import { ts } from 'ts-morph';
import { declarationOf, importOf } from '../engine/bindings';
import { unwrap } from '../engine/unwrap';
import { AUTH_PROVIDERS, type AuthProvider } from './auth-providers';
import { ownCode } from './ordinary-wiring';
import { isSpreadEnvironment, localVariable, type Reading } from './reading';
import { isSameResult } from './sign-in-result';

/** A provider that the file makes: `github: providers.github.create({ signIn: { resolver } })`. */
export interface MadeProvider {
  readonly id: string;
  readonly provider: AuthProvider;
  readonly resolver: Resolver | undefined;
  /** Where it is made, when that is not in place. */
  readonly statement: ts.Statement | undefined;
}

export type Resolver =
  /** One of the published ones, by name. */
  | { readonly kind: 'published'; readonly name: string }
  | { readonly kind: 'own'; readonly node: ts.MethodDeclaration | ts.PropertyAssignment };

/** The providers of a file, as far as the options of createRouter say. */
export interface ProvidersMade {
  readonly providers: readonly MadeProvider[];
  readonly hasDefaults: boolean;
  /** The file says which, in a way that the old factories can keep. */
  readonly isExplicit: boolean;
}

/**
 * The providers in `{ logger, providerFactories: { ... } }`, all else of which the published plugin has by
 * itself; undefined when it has more.
 */
export function readOptions(
  reading: Reading,
  options: ts.ObjectLiteralExpression,
): ProvidersMade | undefined {
  let found: ProvidersMade = { providers: [], hasDefaults: true, isExplicit: false };
  for (const property of options.properties) {
    if (property.name?.getText(reading.module.sourceFile) !== 'providerFactories') {
      if (!isSpreadEnvironment(reading, property) && ownCode(reading, property)) return undefined;
      continue;
    }
    const factories = ts.isPropertyAssignment(property) ? unwrap(property.initializer) : undefined;
    const read =
      factories && ts.isObjectLiteralExpression(factories) && readFactories(reading, factories);
    if (!read) return undefined;
    found = read;
  }
  return found;
}

/** The providers in `{ ...defaultAuthProviderFactories, github: providers.github.create() }`. */
function readFactories(
  reading: Reading,
  factories: ts.ObjectLiteralExpression,
): ProvidersMade | undefined {
  const providers: MadeProvider[] = [];
  let hasDefaults = false;
  for (const property of factories.properties) {
    if (ts.isSpreadAssignment(property)) {
      if (
        importOf(reading.module, property.expression)?.imported !== 'defaultAuthProviderFactories'
      ) {
        return undefined;
      }
      hasDefaults = true;
      continue;
    }
    if (!property.name || ts.isComputedPropertyName(property.name)) return undefined;
    const id = ts.isStringLiteral(property.name)
      ? property.name.text
      : property.name.getText(reading.module.sourceFile);
    const given = ts.isPropertyAssignment(property) ? property.initializer : property.name;
    const made = readProvider(reading, id, given as ts.Expression);
    if (!made) return undefined;
    providers.push(made);
  }
  return { providers, hasDefaults, isExplicit: true };
}

/** A provider that is made in place, or by a constant beside the plugin's function. */
export function readProvider(
  reading: Reading,
  id: string,
  given: ts.Expression,
): MadeProvider | undefined {
  const { module } = reading;
  const variable = ts.isIdentifier(given) ? variableOf(reading, given) : undefined;
  const call = unwrap(variable?.initializer ?? given);
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression))
    return undefined;
  const { name, expression: of } = call.expression;
  if (name.text !== 'create' || !ts.isPropertyAccessExpression(of)) return undefined;
  if (importOf(module, of.expression)?.imported !== 'providers') return undefined;
  const provider = AUTH_PROVIDERS.find(each => each.name === of.name.text);
  if (!provider) return undefined;
  const statement = variable && ts.findAncestor(variable, ts.isVariableStatement);
  const [options] = call.arguments;
  if (!options) return { id, provider, resolver: undefined, statement };
  const resolver = resolverIn(reading, options, provider);
  return resolver && { id, provider, resolver, statement };
}

/** A constant beside the plugin's function. */
function variableOf(reading: Reading, name: ts.Identifier): ts.VariableDeclaration | undefined {
  const declaration = declarationOf(reading.module, name);
  if (localVariable(reading, name)) return undefined;
  return declaration && ts.isVariableDeclaration(declaration) ? declaration : undefined;
}

/** The resolver in `{ signIn: { resolver } }`; undefined when there is anything else, or another form. */
function resolverIn(
  reading: Reading,
  options: ts.Expression,
  provider: AuthProvider,
): Resolver | undefined {
  const signIn = onlyProperty(options, 'signIn');
  if (!signIn || !ts.isPropertyAssignment(signIn)) return undefined;
  const resolver = onlyProperty(signIn.initializer, 'resolver');
  if (!resolver) return undefined;
  if (ts.isMethodDeclaration(resolver)) {
    return isSameResult(reading, resolver, provider) ? { kind: 'own', node: resolver } : undefined;
  }
  if (!ts.isPropertyAssignment(resolver)) return undefined;
  const value = unwrap(resolver.initializer);
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) {
    return isSameResult(reading, value, provider) ? { kind: 'own', node: resolver } : undefined;
  }
  const text = value.getText(reading.module.sourceFile).replaceAll(/\s+/g, '');
  const published = new RegExp(`^providers\\.${provider.name}\\.resolvers\\.(\\w+)\\(\\)$`).exec(
    text,
  );
  return published ? { kind: 'published', name: published[1] } : undefined;
}

function onlyProperty(
  object: ts.Expression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  if (!ts.isObjectLiteralExpression(object) || object.properties.length !== 1) return undefined;
  const [property] = object.properties;
  return property.name?.getText() === name ? property : undefined;
}
