import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, symbolOf } from '../engine/bindings';
import { codeStyleOf, quoted } from '../engine/code-style';
import type { NewImport } from '../engine/edit-imports';
import type { BackendProject } from '../engine/find-project';
import { Obstacle } from '../engine/obstacle';
import { indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { BODY_INDENT } from './body-indent';
import { AUTH_PROVIDERS, DEFAULT_PROVIDERS, type AuthProvider } from './auth-providers';
import { configuredKeys, isConfigured, type ConfigSetting } from '../engine/config-settings';
import type { KeptCode } from './kept-module';
import { isSameResult, moveResult } from './sign-in-result';
import { ownCode } from './ordinary-wiring';
import { isCreateRouter, isSpreadEnvironment, type Reading } from './reading';

/** What the old auth plugin's file comes to: modules, their configuration, and resolvers in code. */
export interface AuthWiring {
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
  readonly kept: KeptCode | undefined;
}

/** A provider that the file makes: `github: providers.github.create({ signIn: { resolver } })`. */
interface MadeProvider {
  readonly id: string;
  readonly provider: AuthProvider;
  readonly resolver: Resolver | undefined;
  /** Where it is made, when that is not in place. */
  readonly statement: ts.Statement | undefined;
}

type Resolver =
  /** One of the published ones, by name. */
  | { readonly kind: 'published'; readonly name: string }
  | { readonly kind: 'own'; readonly node: ts.MethodDeclaration | ts.PropertyAssignment };

/**
 * Reads a file that sets up auth providers; undefined when it does so in a way that only the old
 * factories can keep.
 *
 * @throws Obstacle when a provider is configured that has no module
 */
export function readAuthWiring(reading: Reading, project: BackendProject): AuthWiring | undefined {
  const made = providersMade(reading);
  if (!made) return undefined;
  const modules: string[] = [];
  const settings: ConfigSetting[] = [];
  const inCode: MadeProvider[] = [];
  for (const each of made.providers) {
    const { id, provider, resolver } = each;
    const path = ['auth', 'providers', id];
    if (id !== provider.id || resolver?.kind === 'own') inCode.push(each);
    else if (!resolver) modules.push(provider.module);
    else if (isConfigured(project, path)) {
      modules.push(provider.module);
      settings.push({ path, value: `[{ resolver: ${resolver.name} }]`, place: 'signIn' });
    } else inCode.push(each);
  }
  if (made.hasDefaults) {
    const own = new Set(made.providers.map(each => each.id));
    for (const id of configuredKeys(project, ['auth', 'providers'])) {
      if (own.has(id) || !DEFAULT_PROVIDERS.includes(id)) continue;
      const provider = AUTH_PROVIDERS.find(each => each.id === id);
      if (!provider && made.isExplicit) return undefined;
      if (!provider) throw new Obstacle(`${id} is configured, which no module stands for`, 'auth');
      modules.push(provider.module);
    }
  }
  const obsolete = made.providers.flatMap(each => each.statement ?? []);
  const kept = inCode.length > 0 ? codeOf(reading, inCode, obsolete) : undefined;
  return { modules, settings, kept };
}

interface ProvidersMade {
  readonly providers: readonly MadeProvider[];
  readonly hasDefaults: boolean;
  /** The file says which, in a way that the old factories can keep. */
  readonly isExplicit: boolean;
}

function providersMade(reading: Reading): ProvidersMade | undefined {
  const router = onlyReturned(reading);
  const [options] = router?.arguments ?? [];
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
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

/** The one call of createRouter, when the function does nothing else. */
function onlyReturned({ plugin, ...rest }: Reading): ts.CallExpression | undefined {
  const { body } = plugin;
  const [statement] = ts.isBlock(body) ? body.statements : [];
  if (ts.isBlock(body) && body.statements.length > 1) return undefined;
  const returned = ts.isBlock(body)
    ? statement && ts.isReturnStatement(statement)
      ? statement.expression
      : undefined
    : body;
  const call = returned && unwrap(returned);
  return call && ts.isCallExpression(call) && isCreateRouter({ plugin, ...rest }, call)
    ? call
    : undefined;
}

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
    const made = readProvider(reading, property);
    if (!made) return undefined;
    providers.push(made);
  }
  return { providers, hasDefaults, isExplicit: true };
}

function readProvider(
  reading: Reading,
  property: ts.ObjectLiteralElementLike,
): MadeProvider | undefined {
  const { module } = reading;
  if (!property.name || ts.isComputedPropertyName(property.name)) return undefined;
  const id = ts.isStringLiteral(property.name)
    ? property.name.text
    : property.name.getText(module.sourceFile);
  const given = ts.isPropertyAssignment(property) ? property.initializer : property.name;
  const variable = ts.isIdentifier(given) ? variableOf(reading, given) : undefined;
  const call = unwrap(variable?.initializer ?? (given as ts.Expression));
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
function variableOf({ module }: Reading, name: ts.Identifier): ts.VariableDeclaration | undefined {
  const declaration = symbolOf(module, name)?.declarations?.[0];
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

/** Resolvers that several providers have, and that are in plugin-auth-node. */
const COMMON_RESOLVERS = new Set([
  'emailMatchingUserEntityProfileEmail',
  'emailLocalPartMatchingUserEntityName',
]);

const AUTH_NODE = '@backstage/plugin-auth-node';

function codeOf(
  reading: Reading,
  providers: readonly MadeProvider[],
  obsolete: readonly ts.Statement[],
): KeptCode {
  const imports: NewImport[] = [];
  for (const { provider, resolver } of providers) {
    imports.push({ module: provider.module, name: provider.authenticator });
    imports.push({ module: AUTH_NODE, name: factoryOf(provider) });
    if (resolver?.kind === 'published') imports.push(resolversOf(provider, resolver.name));
  }
  return {
    nodes: providers.flatMap(({ resolver }) => (resolver?.kind === 'own' ? [resolver.node] : [])),
    obsolete,
    imports,
    print: (editor, name) => ({
      early: providers.map(each => printProvider(reading, editor, each, name)),
      late: [],
    }),
  };
}

function factoryOf({ kind }: AuthProvider): string {
  return kind === 'oauth' ? 'createOAuthProviderFactory' : 'createProxyAuthProviderFactory';
}

function resolversOf(provider: AuthProvider, name: string): NewImport {
  return COMMON_RESOLVERS.has(name)
    ? { module: AUTH_NODE, name: 'commonSignInResolvers' }
    : { module: provider.module, name: provider.resolvers };
}

function printProvider(
  reading: Reading,
  editor: MagicString,
  { id, provider, resolver }: MadeProvider,
  name: string,
): string {
  const style = codeStyleOf(reading.module);
  const pad = ' '.repeat(BODY_INDENT);
  const lines = [`authenticator: ${provider.authenticator}`];
  if (resolver) lines.push(printResolver(reading, editor, provider, resolver));
  return (
    `${name}.registerProvider({\n` +
    `${pad}  providerId: ${quoted(id, style)},\n` +
    `${pad}  factory: ${factoryOf(provider)}({\n` +
    lines.map(each => `${pad}    ${each},\n`).join('') +
    `${pad}  }),\n${pad}})${style.semicolon}`
  );
}

function printResolver(
  reading: Reading,
  editor: MagicString,
  provider: AuthProvider,
  resolver: Resolver,
): string {
  if (resolver.kind === 'published') {
    return `signInResolver: ${resolversOf(provider, resolver.name).name}.${resolver.name}()`;
  }
  const { module } = reading;
  const { node } = resolver;
  moveResult(
    reading,
    editor,
    ts.isMethodDeclaration(node) ? node : (unwrap(node.initializer) as ts.ArrowFunction),
    provider,
  );
  editor.overwrite(node.name.getStart(module.sourceFile), node.name.getEnd(), 'signInResolver');
  reindent(module, editor, node, BODY_INDENT + 4 - indentOf(module, node));
  return editor.slice(node.getStart(module.sourceFile), node.getEnd());
}
