import { ts } from 'ts-morph';
import type { Step } from '../engine/old-backend/old-backend';
import { indentOf, lineEnd, lineStart, reindent } from '../engine/source-edit';
import type { LiftContext, Obstacle } from './lift-context';
import { liftable, liftPlugin, printYielded } from './lift-plugin';
import { LOADER_INDENT } from './piece';

type Branch = Extract<Step, { kind: 'branch' }>;

/** Why a condition or loop can not move into a feature loader. */
export function branchObstacle(context: LiftContext, step: Step): Obstacle | undefined {
  switch (step.kind) {
    case 'branch':
      if (ts.isTryStatement(step.node)) {
        const reason = 'catches what goes wrong in a plugin, which starts later now';
        return { reason, anchor: 'conditions-and-loops' };
      }
      return step.steps.map(inner => branchObstacle(context, inner)).find(each => each);
    case 'mount': {
      const lifted = liftable(context, step.mount);
      return 'reason' in lifted ? lifted : undefined;
    }
    case 'middleware':
      return { reason: 'adds a middleware conditionally', anchor: 'middlewares' };
    case 'service':
      return { reason: 'changes the service conditionally', anchor: 'service-builder-options' };
    case 'unknown':
      return { reason: step.reason, anchor: 'main' };
    default:
      return undefined;
  }
}

/** A condition or loop as it stands inside a feature loader: every mount in it is yielded. */
export function rewriteBranch(context: LiftContext, branch: Branch): string {
  const { module } = context.old;
  const shift = LOADER_INDENT - indentOf(module, branch.node);
  branch.steps.forEach(inner => rewriteInside(context, inner, shift));
  reindent(module, context.editor, branch.node, shift, rewrittenIn(context, branch));
  return context.editor.slice(context.startOf(branch.node), branch.node.getEnd());
}

/** Where statements have a new text, or, with their lines, none. */
function rewrittenIn(context: LiftContext, { steps }: Branch): ts.TextRange[] {
  return steps.flatMap(step => {
    if (step.kind === 'branch') return rewrittenIn(context, step);
    const pos = context.startOf(step.node);
    const { end } = step.node;
    if (step.kind === 'setup') return [{ pos: lineStart(context.old.module.text, pos) - 1, end }];
    return step.kind === 'mount' ? [{ pos, end }] : [];
  });
}

function rewriteInside(context: LiftContext, step: Step, shift: number): void {
  const { module } = context.old;
  const start = context.startOf(step.node);
  const end = step.node.getEnd();
  if (step.kind === 'branch') step.steps.forEach(inner => rewriteInside(context, inner, shift));
  if (step.kind === 'setup') {
    context.editor.remove(lineStart(module.text, start), lineEnd(module.text, end));
  }
  if (step.kind !== 'mount') return;
  const plugin = liftPlugin(context, step.mount);
  if ('reason' in plugin) throw new Error(`${plugin.reason}: not seen by branchObstacle`);
  const column = indentOf(module, step.node) + shift;
  context.editor.overwrite(start, end, printYielded(context, plugin, column));
}
