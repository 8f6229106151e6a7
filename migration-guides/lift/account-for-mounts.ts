import { ts } from 'ts-morph';
import type { OldBackend } from '../engine/old-backend/old-backend';
import { findMountHelper } from '../engine/old-backend/mount-helper';
import { lineOf } from '../engine/parse-module';
import type { ReportEntry } from '../engine/plan';

/**
 * Checks that a report says something about every mount of main(): every call by which a router or a
 * helper gets a plugin's environment. This does not go by how main() was understood, so that what was
 * misunderstood can not be dropped in silence.
 *
 * @throws Error when there is a mount without an entry: the plan is wrong and must not be applied
 */
export function accountForMounts(old: OldBackend, report: readonly ReportEntry[]): void {
  const { module, main } = old;
  const visit = (node: ts.Node): void => {
    const statement = isMount(old, node) && ts.findAncestor(node, ts.isStatement);
    if (!statement) ts.forEachChild(node, visit);
    else if (!old.helpers.has(statement) && entriesAt(old, report, [statement]).length === 0) {
      throw unaccounted(`${module.file}:${lineOf(module, node)}`);
    }
  };
  main.body.statements.filter(each => !old.helpers.has(each)).forEach(visit);
}

function isMount(old: OldBackend, node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !node.arguments.some(each => mentionsEnvironment(old, each))) {
    return false;
  }
  return ts.isPropertyAccessExpression(node.expression)
    ? ['use', 'addRouter'].includes(node.expression.name.text)
    : findMountHelper(old.module, node.expression) !== undefined;
}

/** True when an expression uses the environment of a plugin, or makes one. */
export function mentionsEnvironment(old: OldBackend, node: ts.Node): boolean {
  const symbol = ts.isIdentifier(node) ? old.module.checker.getSymbolAtLocation(node) : undefined;
  const kind = symbol && old.roles.get(symbol)?.kind;
  if (kind === 'environment' || kind === 'createEnv') return true;
  return ts.forEachChild(node, child => mentionsEnvironment(old, child) || undefined) ?? false;
}

/** The entries about nodes; where there are none, those about what is around them. */
export function entriesAt(
  { module, main }: OldBackend,
  report: readonly ReportEntry[],
  nodes: readonly ts.Node[],
): ReportEntry[] {
  const { sourceFile, file } = module;
  const own = report.filter(each => each.file === file);
  const at = (node: ts.Node): ReportEntry[] => {
    const first = lineOf(module, spotOf(node));
    const last = sourceFile.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    return own.filter(({ line = 0 }) => first <= line && line <= last);
  };
  return nodes.flatMap(node => {
    let found: ReportEntry[] = [];
    for (let each = node; each !== main.body && !ts.isSourceFile(each); each = each.parent) {
      found = at(each);
      if (found.length > 0) break;
    }
    return found;
  });
}

/** What a line number says of a node: one call of a chain is not where the chain begins. */
export function spotOf(node: ts.Node): ts.Node {
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name
    : node;
}

/** The error for what a plan is silent about. */
export function unaccounted(what: string): Error {
  return new Error(
    `The lift would lose ${what}, of which its report says nothing. This is a mistake of forklift: ` +
      'please report it. Nothing was written',
  );
}
