import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import type { Environment, Mount, OldBackend, Step } from '../engine/old-backend/old-backend';
import { unwrap } from '../engine/unwrap';
import { awaits, capturesOf } from './captured';
import type { LiftContext } from './lift-context';
import { liftMount, liftDetached, printLegacyPlugin } from './lift-mount';
import { printAdded, printYielded } from './lift-plugin';
import { LOADER_INDENT, withComments, type Piece } from './piece';
import { addressOf } from './plugin-address';

/**
 * A statement that starts something with the environment of a plugin and makes no router, such as
 * `await sync(syncEnv);`: a plugin that serves nothing. Undefined for all other statements.
 */
export function backgroundPiece(context: LiftContext, node: ts.Statement): Piece | undefined {
  const { old, style } = context;
  const call = startedBy(old, node);
  if (!call || isAfterStart(old, node)) return undefined;
  const environments = environmentsIn(old, call);
  const captures = capturesOf(old, call);
  if (environments.length !== 1 || captures.some(each => context.lost.has(each.symbol))) {
    return undefined;
  }
  const mount: Mount = { node, path: undefined, handlers: [call], environments };
  const isAwaited = awaits(node);
  const lifted = isAwaited ? liftMount(old, mount, style) : liftDetached(old, mount, style);
  if ('reason' in lifted) return undefined;
  const [{ id: envId }] = environments;
  const name = call.expression.getText(old.module.sourceFile);
  const taken = new Set([...context.takenIds, ...idsOf(old.steps)]);
  const { id } = addressOf(`/${name}`, taken.has(envId) ? undefined : { id: envId }, taken);
  context.takenIds.add(id);
  const data = id === envId ? '' : `, with the data of '${envId}'`;
  const reason = `on legacyPlugin, and serves nothing${data}`;
  context.entry(node, 'migrated', reason, 'background', id);
  const options: typeof lifted.options = [...lifted.options, ['routers', '{}']];
  const address = { id, envId: id === envId ? undefined : envId };
  const late = lifted.captures.some(each => context.late.has(each.symbol));
  const plugin = {
    late,
    print: (column: number) => printLegacyPlugin(address, { ...lifted, options }, style, column),
  };
  const text = late ? printYielded(context, plugin, LOADER_INDENT) : printAdded(context, plugin);
  return withComments(context, node, text, late);
}

/** The call of an imported function that a statement consists of. */
function startedBy(old: OldBackend, node: ts.Statement): ts.CallExpression | undefined {
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  const made = ts.isVoidExpression(expression) ? expression.expression : expression;
  const call = unwrap(made);
  return ts.isCallExpression(call) && importOf(old.module, call.expression) ? call : undefined;
}

/** True for what follows the start of the server: plugins start before. */
function isAfterStart({ main, module }: OldBackend, node: ts.Statement): boolean {
  const { statements } = main.body;
  const start = statements.findIndex(each =>
    /\.start\(\s*\)/.test(each.getText(module.sourceFile)),
  );
  const own = statements.findIndex(each => each.pos <= node.pos && node.end <= each.end);
  return start !== -1 && start < own;
}

/** The environments that an expression takes: variables, and `createEnv('x')` itself. */
function environmentsIn(old: OldBackend, node: ts.Node): Environment[] {
  const found = new Map<string, Environment>();
  for (const { role, identifier } of capturesOf(old, node)) {
    if (role?.kind === 'environment') found.set(role.environment.id, role.environment);
    if (role?.kind !== 'createEnv') continue;
    const { parent } = identifier;
    const id = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
    if (!id || !ts.isStringLiteralLike(id)) return [];
    found.set(id.text, { id: id.text });
  }
  const environments = [...found.values()];
  return environments.some(each => each.isComputed) ? [] : environments;
}

/** The ids of all plugins, those that follow included. */
function idsOf(steps: readonly Step[]): string[] {
  return steps.flatMap(step => {
    if (step.kind === 'branch') return idsOf(step.steps);
    const mounts =
      step.kind === 'service' ? step.mounts : step.kind === 'mount' ? [step.mount] : [];
    return mounts.flatMap(({ path = '', environments }) => [
      ...environments.map(each => each.id),
      /^\/api\/([^/]+)/.exec(path)?.[1] ?? '',
    ]);
  });
}
