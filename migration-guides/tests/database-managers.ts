import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { declarationOf, importsOf, referencesTo, type ImportBinding } from '../engine/bindings';
import { indented } from '../engine/code-style';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';
import { tooOldFor, type DatedHome } from '../engine/source-step/dated-home';
import { moveNames } from '../engine/source-step/move-names';
import type { Finding } from '../engine/source-step/source-codemod';
import type { SourcePackage } from '../engine/source-step/source-repository';
import { unwrap } from '../engine/unwrap';

const STOCK: DatedHome = {
  module: '@backstage/backend-defaults/database',
  name: 'DatabaseManager',
  since: '0.5.0',
};
const OWN: DatedHome = {
  module: 'backstage-forklift/services',
  name: 'DatabaseManager',
  since: '0.1.0',
};

const ANCHOR = 'services-made-by-hand';

/** A manager of databases that a test makes, and every call that takes a database from it. */
interface DatabaseManagers {
  readonly binding: ImportBinding;
  readonly calls: readonly ts.CallExpression[];
}

/**
 * Lets a test make its databases with the DatabaseManager of the new system, which wants to know where
 * to write its log and when the plugin ends.
 *
 * @param without - statements that are removed
 * @returns what it imports now, where there is something to change, and what to report
 */
export function convertDatabaseManagers(
  module: ParsedModule,
  editor: MagicString,
  owner: SourcePackage,
  mocks: DatedHome,
  without: readonly ts.Node[],
): { readonly uses: readonly DatedHome[]; readonly findings: readonly Finding[] } {
  const binding = importsOf(module).find(
    each => each.imported === 'DatabaseManager' && each.module === '@backstage/backend-common',
  );
  const isGone = (node: ts.Node): boolean =>
    without.some(old => old.pos <= node.pos && node.end <= old.end);
  if (!binding || referencesTo(module, binding.local).every(isGone)) return NOTHING;
  const found = managersOf(module, binding);
  if (!found) return manual(module, binding.local, NOT_FOLLOWED);
  const home = mocks.module === '@backstage/backend-test-utils' ? STOCK : OWN;
  const tooOld = tooOldFor(owner, 'DatabaseManager', home);
  if (tooOld) return { uses: [], findings: [{ line: lineOf(module, binding.local), ...tooOld }] };
  for (const call of found.calls) {
    const text =
      ', {\n  logger: mockServices.logger.mock(),\n  lifecycle: mockServices.lifecycle.mock(),\n}';
    editor.appendLeft(call.arguments[0].getEnd(), indented(text, indentOf(module, lastLine(call))));
  }
  moveNames(module, editor, [{ binding, home }]);
  const reason = `makes databases with ${home.name} of ${home.module}`;
  return { uses: [home], findings: [{ outcome: 'migrated', reason, anchor: ANCHOR }] };
}

const NOTHING = { uses: [], findings: [] };

const NOT_FOLLOWED =
  'makes DatabaseManager by hand and does not take all databases from it by forPlugin(id): ' +
  'mockServices.database or TestDatabases stands for it';

function manual(module: ParsedModule, node: ts.Node, reason: string) {
  const finding: Finding = {
    line: lineOf(module, node),
    outcome: 'manual',
    reason,
    anchor: ANCHOR,
  };
  return { uses: [], findings: [finding] };
}

/** The node on whose line a call's arguments stand. */
function lastLine({ expression }: ts.CallExpression): ts.Node {
  return ts.isPropertyAccessExpression(expression) ? expression.name : expression;
}

/** All databases that are taken from managers; undefined when a manager is used in another way. */
function managersOf(module: ParsedModule, binding: ImportBinding): DatabaseManagers | undefined {
  const calls: ts.CallExpression[] = [];
  for (const reference of referencesTo(module, binding.local)) {
    if (ts.isTypeReferenceNode(reference.parent)) continue;
    const made = callOf(reference, 'fromConfig');
    const taken = made && takenFrom(module, made);
    if (!taken) return undefined;
    calls.push(...taken);
  }
  return { binding, calls };
}

/** `manager.forPlugin('x')` for a manager that is made in place or a constant. */
function takenFrom(
  module: ParsedModule,
  made: ts.CallExpression,
): readonly ts.CallExpression[] | undefined {
  let manager: ts.Node = made;
  while (ts.isParenthesizedExpression(manager.parent)) manager = manager.parent;
  const direct = forPlugin(manager);
  if (direct) return [direct];
  const declaration = manager.parent;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  if (unwrap(declaration.initializer) !== made || !ts.isIdentifier(declaration.name)) {
    return undefined;
  }
  if (declarationOf(module, declaration.name) !== declaration) return undefined;
  const taken = referencesTo(module, declaration.name).map(forPlugin);
  return taken.every(each => each !== undefined) ? taken : undefined;
}

function forPlugin(manager: ts.Node): ts.CallExpression | undefined {
  const call = callOf(manager, 'forPlugin');
  return call?.arguments.length === 1 ? call : undefined;
}

/** The call of a method on something. */
function callOf(receiver: ts.Node, method: string): ts.CallExpression | undefined {
  const access = receiver.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== receiver) return undefined;
  const call = access.parent;
  const isCall = access.name.text === method && ts.isCallExpression(call);
  return isCall && call.expression === access ? call : undefined;
}
