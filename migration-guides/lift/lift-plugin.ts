import { INDENT_AND_COMMA, indented } from '../engine/code-style';
import type { Mount } from '../engine/old-backend/old-backend';
import { capturesOf } from './captured';
import type { LiftContext, Obstacle } from './lift-context';
import { liftMount, printLegacyPlugin, type LiftedMount } from './lift-mount';
import { addressOf } from './plugin-address';

/** A mount that becomes a plugin. */
export interface LiftedPlugin {
  /** It needs something that only exists inside the feature loader. */
  readonly late: boolean;
  /** The legacyPlugin call, for a place at a column. */
  print(column: number): string;
}

/** What liftMount says, and whether what the mount needs is lifted itself. */
export function liftable(context: LiftContext, mount: Mount): LiftedMount | Obstacle {
  const isComputed = mount.environments.some(each => each.isComputed);
  if (mount.path === undefined ? !hasOwnId(mount) : isComputed) {
    return { reason: 'is mounted at a computed path', anchor: 'computed-paths' };
  }
  const lost = mount.handlers
    .flatMap(each => capturesOf(context.old, each))
    .find(each => context.lost.has(each.symbol));
  return lost
    ? { reason: `needs ${lost.identifier.text}, which is not lifted`, anchor: 'shared-values' }
    : liftMount(context.old, mount, context.style);
}

/** `/${id}` with `createEnv(id)`: whatever the id is, it is that of the plugin. */
function hasOwnId({ computedId, environments }: Mount): boolean {
  return computedId !== undefined && environments.every(each => each.id === computedId);
}

/** Lifts a mount and reports it. */
export function liftPlugin(context: LiftContext, mount: Mount): LiftedPlugin | Obstacle {
  const lifted = liftable(context, mount);
  if ('reason' in lifted) return lifted;
  if (mount.path === undefined) return liftComputed(context, mount, lifted);
  const { path } = mount;
  const address = addressOf(path, mount.environments[0], context.takenIds);
  context.takenIds.add(address.id);
  const served = context.basePath + path;
  const place = served === '' ? 'at the root' : `at ${served}`;
  const data = address.envId === undefined ? '' : `, with the data of '${address.envId}'`;
  context.entry(mount.node, 'migrated', `on legacyPlugin, ${place}${data}`, 'mounts', address.id);
  return {
    late: lifted.captures.some(each => context.late.has(each.symbol)),
    print: column => printLegacyPlugin(address, lifted, context.style, column),
  };
}

/** A plugin whose id is a variable of a loop. */
function liftComputed(context: LiftContext, mount: Mount, lifted: LiftedMount): LiftedPlugin {
  const { computedId = '' } = mount;
  const reason = `on legacyPlugin, as whatever ${computedId} is`;
  context.entry(mount.node, 'migrated', reason, 'conditions-and-loops');
  return {
    late: true,
    print: column =>
      printLegacyPlugin({ id: computedId, isComputed: true }, lifted, context.style, column),
  };
}

/** `backend.add(...)` around a plugin, broken where it does not fit. */
export function printAdded({ style }: LiftContext, plugin: LiftedPlugin): string {
  const line = plugin.print('backend.add('.length);
  return line.includes('\n') || line.length + 'backend.add();'.length > 80
    ? `backend.add(\n  ${indented(plugin.print(INDENT_AND_COMMA), 2)},\n)${style.semicolon}`
    : `backend.add(${line})${style.semicolon}`;
}

/** `yield ...` for a plugin, as it stands inside a feature loader at a column. */
export function printYielded({ style }: LiftContext, plugin: LiftedPlugin, column: number): string {
  const text = plugin.print(column + 'yield '.length);
  return indented(`yield ${text}${style.semicolon}`, column);
}
