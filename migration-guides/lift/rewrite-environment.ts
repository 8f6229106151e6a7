import { ts } from 'ts-morph';
import { declarationOf } from '../engine/bindings';
import { printCall, type Code } from '../engine/code-style';
import {
  customKeysOf,
  sideEffectsOf,
  unknownKeysOf,
  type CustomKey,
} from '../engine/old-backend/environment-keys';
import type { EnvironmentFactory } from '../engine/old-backend/old-backend';
import { editorOf, indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { capturesOf } from './captured';
import { discoveryFactory, keyService, type KeyService } from './custom-keys';
import type { LiftContext } from './lift-context';
import { neededServices, withServices } from './needed-services';
import { LOADER_INDENT, manualComment, withComments } from './piece';

/** What the project's own environment turns into; empty when it is the template's. */
export function rewriteEnvironment(context: LiftContext): string {
  const { factory } = context.old;
  if (!factory) return '';
  const blocks: string[] = [];
  if (!factory.environment) {
    const reason = 'makes its environment in a way that is not understood';
    blocks.push(commented(context, factory.inner, reason));
  }
  for (const part of unknownKeysOf(factory)) {
    const reason = `env has ${context.textOf(part).split('\n')[0]}, which is not understood`;
    blocks.push(commented(context, part, reason));
  }
  const given = foreignConfig(context);
  if (given) {
    blocks.push(commented(context, given, 'makes environments from another configuration'));
  }
  for (const statement of sideEffectsOf(context.old.module, factory)) {
    if (moveSideEffect(context, factory, statement)) continue;
    blocks.push(commented(context, statement, 'was done while making environments'));
  }
  const services = keyServices(context, factory, blocks);
  if (services.length > 0) blocks.push(...printServices(context, services));
  return blocks.join('\n\n');
}

/** Code of makeCreateEnv that is left to a person, as a comment. */
function commented(context: LiftContext, code: ts.Node, reason: string, before = ''): string {
  const { module } = context.old;
  const editor = editorOf(module);
  reindent(module, editor, code, -indentOf(module, code));
  const text = editor.slice(context.startOf(code), code.getEnd());
  return manualComment(context, code, before + text, { reason, anchor: 'custom-keys' });
}

/** Moves what makeCreateEnv did besides into the feature loader, where it needs no more than that has. */
function moveSideEffect(
  context: LiftContext,
  factory: EnvironmentFactory,
  code: ts.Statement,
): boolean {
  const made = { old: context.old, factory, code };
  const needs = neededServices(made);
  if (!needs?.every(each => each === 'config' || each === 'logger')) return false;
  for (const each of needs) context.services.set(each, each as 'config' | 'logger');
  if (needs.includes('logger')) {
    context.import('backstage-forklift/legacy', 'loggerToWinstonLogger');
  }
  const text = withServices(made, LOADER_INDENT);
  context.early.push(withComments(context, code, text, true));
  context.entry(code, 'migrated', 'runs in a feature loader now', 'custom-keys');
  return true;
}

/** The call of makeCreateEnv, when its first argument is not what loadBackendConfig made. */
function foreignConfig({ old }: LiftContext): ts.CallExpression | undefined {
  for (const [symbol, role] of old.roles) {
    const [declaration] = symbol.declarations ?? [];
    if (role.kind !== 'createEnv' || !declaration || !ts.isVariableDeclaration(declaration))
      continue;
    const call = declaration.initializer && unwrap(declaration.initializer);
    if (!call || !ts.isCallExpression(call) || call.arguments.length === 0) continue;
    const [capture] = capturesOf(old, call.arguments[0]);
    if (capture?.role?.kind !== 'config') return call;
  }
  return undefined;
}

function keyServices(
  context: LiftContext,
  factory: EnvironmentFactory,
  blocks: string[],
): KeyService[] {
  return customKeysOf(context.old.module, factory).flatMap(custom => {
    const { key, value } = custom;
    if (key === 'discovery' && replaceDiscovery(context, factory, custom, blocks)) return [];
    const service = keyService(context.old, factory, custom, context.runtime.api, context.style);
    if (service) {
      context.entry(value, 'migrated', `env.${key} comes from a service now`, 'custom-keys');
      return [service];
    }
    const reason = `env.${key} is made by the project`;
    const declared = statementOf(context, value);
    blocks.push(
      declared
        ? commented(context, declared, reason)
        : commented(context, value, reason, `${key}: `),
    );
    return [];
  });
}

/** The statement of makeCreateEnv that makes the value of a variable. */
function statementOf({ old }: LiftContext, value: ts.Expression): ts.Statement | undefined {
  const declaration = ts.isIdentifier(value) && declarationOf(old.module, value);
  return declaration && ts.isVariableDeclaration(declaration)
    ? ts.findAncestor(declaration, ts.isVariableStatement)
    : undefined;
}

function replaceDiscovery(
  context: LiftContext,
  factory: EnvironmentFactory,
  custom: CustomKey,
  blocks: string[],
): boolean {
  const { old, runtime, style } = context;
  const made = discoveryFactory(old, factory, custom, runtime.api, style);
  if (!made) return false;
  blocks.push(made.text);
  context.imports.push(...made.imports);
  const reason = 'env.discovery is the discovery of the whole backend now';
  context.entry(custom.value, 'migrated', reason, 'custom-keys');
  return true;
}

function printServices(context: LiftContext, services: readonly KeyService[]): string[] {
  const end = context.style.semicolon;
  context.import('backstage-forklift/legacy', 'makeLegacyPlugin');
  services.forEach(({ imports }) => context.imports.push(...imports));
  const mapping: Code = { properties: services.map(({ key, name }) => [key, name]) };
  const start = 'const legacyPlugin = ';
  return [
    ...services.flatMap(each => each.declaration ?? []),
    start + printCall('makeLegacyPlugin', [mapping, '{}'], start.length) + end,
  ];
}
