import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { codeStyleOf, quoted } from '../engine/code-style';
import { configuredKeys, isConfigured, type ConfigSetting } from '../engine/config-settings';
import type { NewImport } from '../engine/edit-imports';
import type { BackendProject } from '../engine/find-project';
import { Obstacle } from '../engine/obstacle';
import { indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { AUTH_PROVIDERS, DEFAULT_PROVIDERS, type AuthProvider } from './auth-providers';
import { readAuthSteps, type AuthStep } from './auth-steps';
import { BODY_INDENT } from './body-indent';
import type { KeptCode } from './kept-module';
import { commentsAbove } from './kept-parts';
import type { MadeProvider, Resolver } from './made-providers';
import type { Reading } from './reading';
import { moveResult } from './sign-in-result';

/** What the old auth plugin's file comes to: modules, their configuration, and resolvers in code. */
export interface AuthWiring {
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
  readonly kept: KeptCode | undefined;
}

/**
 * Reads a file that sets up auth providers; undefined when it does so in a way that only the old
 * factories can keep.
 *
 * @throws Obstacle when a provider is configured that has no module
 */
export function readAuthWiring(reading: Reading, project: BackendProject): AuthWiring | undefined {
  const made = readAuthSteps(reading);
  if (!made) return undefined;
  const modules: string[] = [];
  const settings: ConfigSetting[] = [];
  const inCode: MadeProvider[] = [];
  for (const each of made.providers) {
    const { id, provider, resolver } = each;
    const path = ['auth', 'providers', id];
    const isOwn = id !== provider.id || resolver?.kind === 'own';
    if (isOwn || isGuarded(made.steps, each)) inCode.push(each);
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
  const steps = made.steps.filter(each => each.kind !== 'provider' || inCode.includes(each.made));
  const last = steps.findLastIndex(each => each.kind === 'provider');
  const kept = last === -1 ? undefined : codeOf(reading, steps.slice(0, last + 1), obsolete);
  return { modules, settings, kept };
}

/** True for a provider that the function makes after it may have returned. */
function isGuarded(steps: readonly AuthStep[], made: MadeProvider): boolean {
  const at = steps.findIndex(each => each.kind === 'provider' && each.made === made);
  return steps.slice(0, at).some(each => each.kind === 'guard');
}

/** Resolvers that several providers have, and that are in plugin-auth-node. */
const COMMON_RESOLVERS = new Set([
  'emailMatchingUserEntityProfileEmail',
  'emailLocalPartMatchingUserEntityName',
]);

const AUTH_NODE = '@backstage/plugin-auth-node';

function codeOf(
  reading: Reading,
  steps: readonly AuthStep[],
  obsolete: readonly ts.Statement[],
): KeptCode {
  const providers = steps.flatMap(each => (each.kind === 'provider' ? each.made : []));
  const imports: NewImport[] = [];
  for (const { provider, resolver } of providers) {
    imports.push({ module: provider.module, name: provider.authenticator });
    imports.push({ module: AUTH_NODE, name: factoryOf(provider) });
    if (resolver?.kind === 'published') imports.push(resolversOf(provider, resolver.name));
  }
  return {
    nodes: steps.flatMap(nodesOf),
    obsolete,
    imports,
    print: (editor, name) => ({
      early: steps.map(each =>
        each.kind === 'provider'
          ? printProvider(reading, editor, each.made, name)
          : printCode(reading, editor, each),
      ),
      late: [],
    }),
  };
}

/** What stays of the old file. */
function nodesOf(step: AuthStep): readonly ts.Node[] {
  if (step.kind === 'provider') {
    const { resolver } = step.made;
    return resolver?.kind === 'own' ? [resolver.node] : [];
  }
  return [step.kind === 'code' ? step.node : step.node.expression];
}

function printCode(
  { module }: Reading,
  editor: MagicString,
  step: Exclude<AuthStep, { kind: 'provider' }>,
): string {
  const node = step.kind === 'code' ? step.node : step.node.expression;
  reindent(module, editor, node, BODY_INDENT - indentOf(module, node));
  const text = editor.slice(node.getStart(module.sourceFile), node.getEnd());
  const above = commentsAbove(module, step.node, BODY_INDENT);
  if (step.kind === 'code') return above + text;
  const pad = ' '.repeat(BODY_INDENT);
  return `${above}if (${text}) {\n${pad}  return${codeStyleOf(module).semicolon}\n${pad}}`;
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
