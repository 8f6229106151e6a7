import { ts } from 'ts-morph';
import { referencesTo } from '../engine/bindings';
import type { ConfigSetting } from '../engine/config-settings';
import { literalValue } from '../engine/literal-value';
import { unwrap } from '../engine/unwrap';
import { knownExtension } from './known-extension';
import { isListVariable } from './list-argument';
import { ownCode } from './ordinary-wiring';
import type { Reading } from './reading';

/** `const provider = Provider.fromConfig(...)` of a package with a module, which only the builder is given. */
export function isKnownVariable(
  reading: Reading,
  statement: ts.Statement,
  modules: string[],
  settings: ConfigSetting[],
): boolean {
  if (isSubscription(reading, statement)) return true;
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.every(({ name, initializer }) => {
    if (!initializer) return false;
    if (isSettingOnly(reading, name, initializer) || isListVariable(reading, name)) return true;
    if (!ownCode(reading, initializer)) return true;
    if (isScheduleMaker(reading, initializer)) return true;
    const known = knownExtension(reading, initializer);
    if (!known) return false;
    modules.push(...known.modules);
    settings.push(...known.settings);
    return true;
  });
}

/** A constant that is written out, and only given to options that are configuration now. */
function isSettingOnly(
  { module, stock }: Reading,
  name: ts.BindingName,
  initializer: ts.Expression,
): boolean {
  if (!ts.isIdentifier(name) || literalValue(module, initializer) === undefined) return false;
  return referencesTo(module, name).every(({ parent }) => {
    const isOption = ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent);
    return isOption && stock.settings?.[parent.name.getText(module.sourceFile)] !== undefined;
  });
}

/** A schedule on its own: those who use it say what it comes to. */
export function isScheduleMaker({ module }: Reading, expression: ts.Expression): boolean {
  const call = unwrap(expression);
  return (
    ts.isCallExpression(call) &&
    /\bcreateScheduledTaskRunner$/.test(call.expression.getText(module.sourceFile))
  );
}

/** `env.eventBroker.subscribe(provider)`: the provider's module subscribes by itself. */
function isSubscription(reading: Reading, statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const call = unwrap(statement.expression);
  return (
    ts.isCallExpression(call) &&
    /\beventBroker\.subscribe$/.test(call.expression.getText(reading.module.sourceFile)) &&
    call.arguments.every(each => knownExtension(reading, each) !== undefined)
  );
}
