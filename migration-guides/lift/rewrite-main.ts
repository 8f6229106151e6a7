import { ts } from 'ts-morph';
import { quoted } from '../engine/code-style';
import type { Mount, Step } from '../engine/old-backend/old-backend';
import { indentOf, reindent } from '../engine/source-edit';
import { backgroundPiece } from './background';
import { awaits, capturesOf } from './captured';
import { configureOption } from './configure-option';
import { arrange } from './feature-loader';
import type { LiftContext } from './lift-context';
import { liftPlugin, printAdded, printYielded } from './lift-plugin';
import {
  commentedPiece,
  disabledPlugins,
  LOADER_INDENT,
  manualComment,
  manualPiece,
  withComments,
  type Piece,
} from './piece';
import { branchObstacle, rewriteBranch } from './rewrite-branch';
import { moveToRootHttpRouter, printRootHttpRouter } from './root-http-router';

/** The statements between `createBackend()` and `backend.start()`, in order, comments kept. */
export function rewriteMain(context: LiftContext): string {
  reportTokenChecks(context);
  const pieces = context.old.steps.flatMap(step => piecesOf(context, step));
  const arranged = arrange(context, [...context.early, ...pieces]);
  return [printRootHttpRouter(context), arranged].filter(each => each !== '').join('\n\n');
}

/** The new backend asks every request for a token by itself. */
function reportTokenChecks(context: LiftContext): void {
  for (const [symbol, { kind }] of context.old.roles) {
    const [declaration] = symbol.declarations ?? [];
    if (kind !== 'token-check' || !declaration) continue;
    const reason = 'left out: the new system asks every request for a token itself';
    context.entry(declaration, 'migrated', reason, 'authentication');
  }
}

function piecesOf(context: LiftContext, step: Step): Piece[] {
  switch (step.kind) {
    case 'setup':
      if (step.reason !== undefined) context.entry(step.node, 'migrated', step.reason, 'main');
      for (const symbol of context.declaredBy(step.node)) {
        if (!context.old.roles.has(symbol)) context.lost.add(symbol);
      }
      return disabledPlugins(context, step.node);
    case 'mount':
      return mountPieces(context, step.node, step.mount);
    case 'middleware':
      return middlewarePieces(context, step.node, step.mount);
    case 'branch':
      return [branchPiece(context, step)];
    case 'service':
      return servicePieces(context, step);
    case 'own':
      return [ownPiece(context, step.node)];
    case 'unknown':
      return [
        backgroundPiece(context, step.node) ??
          manualPiece(context, step.node, { reason: step.reason, anchor: 'main' }),
      ];
  }
}

function textOfMount(context: LiftContext, { handlers }: Mount): string {
  return handlers.map(each => context.textOf(each)).join(', ');
}

function mountPieces(context: LiftContext, node: ts.Node, mount: Mount): Piece[] {
  const id = /^\/api\/([^/]+)\/?$/.exec(mount.path ?? '')?.[1];
  if (id !== undefined && context.takenIds.has(id)) {
    if (context.mounted.get(id) === textOfMount(context, mount)) {
      const reason = `left out: it is mounted at ${mount.path} already`;
      context.entry(node, 'skipped', reason, 'mounts');
      return [];
    }
    const reason = `is mounted at ${mount.path} a second time, where there can be one plugin`;
    return [manualPiece(context, node, { reason, anchor: 'mounts' })];
  }
  const plugin = liftPlugin(context, mount);
  if ('reason' in plugin) return [manualPiece(context, node, plugin)];
  if (id !== undefined) context.mounted.set(id, textOfMount(context, mount));
  const text = plugin.late
    ? printYielded(context, plugin, LOADER_INDENT)
    : printAdded(context, plugin);
  return [withComments(context, node, text, plugin.late)];
}

function branchPiece(context: LiftContext, step: Extract<Step, { kind: 'branch' }>): Piece {
  const obstacle = branchObstacle(context, step);
  if (obstacle) return manualPiece(context, step.node, obstacle);
  needServices(context, step.node);
  return withComments(context, step.node, rewriteBranch(context, step), true);
}

/** A statement of the project's own: it waits for the configuration when it needs it. */
function ownPiece(context: LiftContext, node: ts.Statement): Piece {
  const { module } = context.old;
  if (context.onlyForPeople.has(node)) {
    const reason = 'is needed by nothing but what is left to you';
    return commentedPiece(context, node, { reason, anchor: 'main' });
  }
  const captures = capturesOf(context.old, node);
  const foreign = captures.find(
    each => each.role?.kind === 'environment' || context.lost.has(each.symbol),
  );
  if (foreign) {
    const reason = `needs ${foreign.identifier.text} outside of a plugin`;
    const obstacle = { reason, anchor: 'shared-values' };
    return backgroundPiece(context, node) ?? manualPiece(context, node, obstacle);
  }
  const declared = context.declaredBy(node);
  const late =
    awaits(node) ||
    captures.some(({ role, symbol }) => role || context.late.has(symbol)) ||
    declared.some(({ name }) => context.topLevelNames.has(name));
  if (late) declared.forEach(symbol => context.late.add(symbol));
  needServices(context, node);
  reindent(module, context.editor, node, (late ? LOADER_INDENT : 0) - indentOf(module, node));
  const text = context.editor.slice(context.startOf(node), node.getEnd());
  return withComments(context, node, text, late);
}

function needServices(context: LiftContext, node: ts.Node): void {
  for (const { identifier, role } of capturesOf(context.old, node)) {
    if (role?.kind === 'config' || role?.kind === 'logger') {
      context.services.set(identifier.text, role.kind);
    }
  }
}

function middlewarePieces(context: LiftContext, node: ts.Statement, mount: Mount): Piece[] {
  const captures = mount.handlers.flatMap(each => capturesOf(context.old, each));
  const missing = captures.find(({ symbol, role }) =>
    role ? role.kind !== 'config' : context.late.has(symbol) || context.lost.has(symbol),
  );
  if (missing || mount.handlers.some(awaits)) {
    const need = missing?.identifier.text ?? 'to wait';
    const reason = `is a middleware for all plugins that needs ${need}`;
    return [manualPiece(context, node, { reason, anchor: 'middlewares' })];
  }
  const path = quoted(context.basePath + (mount.path ?? '/'), context.style);
  const handlers = mount.handlers.map(each => context.textOf(each));
  for (const { identifier, role } of captures) {
    if (role?.kind === 'config') context.configNames.add(identifier.text);
  }
  context.addRootHandler(`app.use(${[path, ...handlers].join(', ')})`);
  context.entry(node, 'migrated', 'now a middleware of the root HTTP router', 'middlewares');
  return [];
}

/** The builder's calls: routers beside the API, and options. */
function servicePieces(context: LiftContext, step: Extract<Step, { kind: 'service' }>): Piece[] {
  const routers = step.mounts.flatMap(mount => rootRouterPieces(context, mount));
  const options = step.options
    .filter(({ name }) => name !== 'setLogger')
    .filter(option => !configureOption(context, option))
    .map(({ name, call }) => {
      const args = call.arguments.map(each => context.textOf(each)).join(', ');
      const reason = `${name} was set in code and belongs into app-config.yaml or the root HTTP router`;
      const obstacle = { reason, anchor: 'service-builder-options' };
      const [place] = call.arguments;
      return manualComment(context, place ?? call, `.${name}(${args})`, obstacle);
    })
    .map(text => ({ text, late: false, blankBefore: true }));
  return [...routers, ...options];
}

function rootRouterPieces(context: LiftContext, mount: Mount): Piece[] {
  const moved = moveToRootHttpRouter(context, mount);
  if (moved === true) return [];
  const plugin = moved ?? liftPlugin(context, mount);
  if (!('reason' in plugin)) {
    const text = plugin.late
      ? printYielded(context, plugin, LOADER_INDENT)
      : printAdded(context, plugin);
    return [{ text, late: plugin.late, blankBefore: false }];
  }
  const call = mount.node as ts.CallExpression;
  const args = call.arguments.map(each => context.textOf(each)).join(', ');
  const isAddRouter = ts.isPropertyAccessExpression(call.expression);
  const code = isAddRouter ? `.addRouter(${args})` : context.textOf(call);
  const text = manualComment(context, call.arguments[0], code, plugin);
  return [{ text, late: false, blankBefore: true }];
}
