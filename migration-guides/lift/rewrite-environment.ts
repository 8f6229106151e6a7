import { ts } from 'ts-morph';
import { printCall, type Code } from '../engine/code-style';
import { customKeysOf, sideEffectsOf } from '../engine/old-backend/environment-keys';
import type { EnvironmentFactory } from '../engine/old-backend/old-backend';
import { unwrap } from '../engine/unwrap';
import { capturesOf } from './captured';
import { keyService, type KeyService } from './custom-keys';
import type { LiftContext } from './lift-context';
import { manualComment } from './piece';

/** What the project's own environment turns into; empty when it is the template's. */
export function rewriteEnvironment(context: LiftContext): string {
  const { factory } = context.old;
  if (!factory) return '';
  const blocks: string[] = [];
  if (!factory.environment) {
    const reason = 'makes its environment in a way that is not understood';
    context.entry(factory.declaration, 'manual', reason, 'custom-keys');
  }
  const given = foreignConfig(context);
  if (given) {
    const obstacle = {
      reason: 'makes environments from another configuration',
      anchor: 'custom-keys',
    };
    blocks.push(manualComment(context, given, context.textOf(given), obstacle));
  }
  for (const statement of sideEffectsOf(context.old.module, factory)) {
    const obstacle = { reason: 'was done while making environments', anchor: 'custom-keys' };
    blocks.push(manualComment(context, statement, context.textOf(statement), obstacle));
  }
  const services = keyServices(context, factory, blocks);
  if (services.length > 0) blocks.push(...printServices(context, services));
  return blocks.join('\n\n');
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
    const service = keyService(context.old, factory, custom, context.runtime.api, context.style);
    if (service) {
      context.entry(value, 'migrated', `env.${key} comes from a service now`, 'custom-keys');
      return [service];
    }
    const obstacle = { reason: `env.${key} is made by the project`, anchor: 'custom-keys' };
    blocks.push(manualComment(context, value, `${key}: ${context.textOf(value)}`, obstacle));
    return [];
  });
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
