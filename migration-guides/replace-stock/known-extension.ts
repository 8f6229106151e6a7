import { ts } from 'ts-morph';
import { importOf, symbolOf } from '../engine/bindings';
import { unwrap } from '../engine/unwrap';
import type { ConfigSetting } from '../engine/config-settings';
import { flowOf, literalValue, type LiteralValue } from '../engine/literal-value';
import { ownCode } from './ordinary-wiring';
import { localVariable, type Reading } from './reading';
import type { Wiring } from './stock-package';

/** A processor, provider or collator that a published module stands for. */
export interface KnownExtension {
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
}

/** The schedule that collators have by default. */
const COLLATOR_SCHEDULE = JSON.stringify({
  frequency: { minutes: 10 },
  timeout: { minutes: 15 },
  initialDelay: { seconds: 3 },
});

/** The same, as the oldest search index wrote it. */
const COLLATOR_SECONDS = 600;

const COLLATOR_KEYS = new Set(['schedule', 'factory', 'collator', 'defaultRefreshIntervalSeconds']);

/** What the published modules make of an argument; undefined when code of the project is needed. */
export function knownExtension(
  reading: Reading,
  argument: ts.Expression,
): KnownExtension | undefined {
  const expression = unwrap(argument);
  if (ts.isIdentifier(expression)) return knownVariable(reading, expression);
  if (ts.isSpreadElement(expression)) return knownExtension(reading, expression.expression);
  if (ts.isArrayLiteralExpression(expression)) {
    return merged(expression.elements.map(each => knownExtension(reading, each)));
  }
  if (ts.isObjectLiteralExpression(expression)) return knownCollator(reading, expression);
  const made = madeBy(reading, expression);
  return made && fromOptions(reading, made.wiring, made.given);
}

function knownVariable(reading: Reading, name: ts.Identifier): KnownExtension | undefined {
  const declaration = localVariable(reading, name);
  const symbol = symbolOf(reading.module, name);
  if (!declaration || !ts.isVariableDeclaration(declaration) || !symbol) return undefined;
  if (reading.needed.has(symbol) || !declaration.initializer) return undefined;
  return knownExtension(reading, declaration.initializer);
}

/** `new Processor(...)`, `Provider.fromConfig(...)`, of a package with a module. */
function madeBy(
  { module, stock }: Reading,
  expression: ts.Expression,
): { readonly wiring: Wiring; readonly given: readonly ts.Expression[] } | undefined {
  if (!ts.isNewExpression(expression) && !ts.isCallExpression(expression)) return undefined;
  const callee = ts.isPropertyAccessExpression(expression.expression)
    ? expression.expression.expression
    : expression.expression;
  const binding = importOf(module, callee);
  const wiring = binding && stock.wiring[`${binding.module}#${binding.imported}`];
  return wiring?.modules ? { wiring, given: expression.arguments ?? [] } : undefined;
}

/** What the options of a provider or collator come to, where that can be configured. */
function fromOptions(
  reading: Reading,
  wiring: Wiring,
  given: readonly ts.Expression[],
): KnownExtension | undefined {
  const settings: ConfigSetting[] = [];
  for (const argument of given) {
    const options = ts.isObjectLiteralExpression(argument) ? argument.properties : undefined;
    for (const each of options ?? [argument]) {
      const name = ts.isObjectLiteralElementLike(each) ? each.name?.getText() : undefined;
      const value = ts.isPropertyAssignment(each) ? each.initializer : undefined;
      const setting =
        value && name !== undefined ? settingOf(reading, wiring, name, value) : undefined;
      if (setting) settings.push(setting);
      else if (ownCode(reading, each)) return undefined;
    }
  }
  return { modules: wiring.modules ?? [], settings };
}

function settingOf(
  reading: Reading,
  { config, options = [] }: Wiring,
  name: string,
  value: ts.Expression,
): ConfigSetting | undefined {
  if (!config) return undefined;
  const place = config[0] === 'catalog' ? 'provider' : 'base';
  if (name === 'schedule') {
    const schedule = scheduleOf(reading, value);
    return schedule === undefined
      ? undefined
      : { path: [...config, 'schedule'], value: flowOf(schedule), place };
  }
  const written = options.includes(name) ? literalValue(reading.module, value) : undefined;
  return written === undefined
    ? undefined
    : { path: [...config, name], value: flowOf(written), place };
}

/** The schedule in `createScheduledTaskRunner({ ... })`, written there or in a variable. */
function scheduleOf(reading: Reading, expression: ts.Expression): LiteralValue | undefined {
  const call = unwrap(expression);
  if (ts.isIdentifier(call)) {
    const declaration = localVariable(reading, call);
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? scheduleOf(reading, declaration.initializer)
      : undefined;
  }
  if (!ts.isCallExpression(call) || call.arguments.length !== 1) return undefined;
  const callee = call.expression.getText(reading.module.sourceFile);
  return /\bcreateScheduledTaskRunner$/.test(callee)
    ? literalValue(reading.module, call.arguments[0])
    : undefined;
}

/** `{ schedule, factory: Factory.fromConfig(...) }`: a collator with the time between its runs. */
function knownCollator(
  reading: Reading,
  object: ts.ObjectLiteralExpression,
): KnownExtension | undefined {
  const values = new Map<string, ts.Expression>();
  for (const property of object.properties) {
    const name = property.name?.getText(reading.module.sourceFile) ?? '';
    if (!COLLATOR_KEYS.has(name)) return undefined;
    if (ts.isPropertyAssignment(property)) values.set(name, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) values.set(name, property.name);
    else return undefined;
  }
  const collator = values.get('factory') ?? values.get('collator');
  const known = collator && knownExtension(reading, collator);
  if (!known) return undefined;
  const schedule = collatorSchedule(reading, values);
  if (schedule === undefined) return undefined;
  if (schedule === 'default') return known;
  const config = madeBy(reading, unwrap(collator))?.wiring.config;
  if (!config) return undefined;
  const path = [...config, 'schedule'];
  return { ...known, settings: [...known.settings, { path, value: schedule, place: 'base' }] };
}

function collatorSchedule(
  reading: Reading,
  values: ReadonlyMap<string, ts.Expression>,
): string | undefined {
  const seconds = values.get('defaultRefreshIntervalSeconds');
  if (seconds) {
    const value = literalValue(reading.module, seconds);
    if (typeof value !== 'number') return undefined;
    return value === COLLATOR_SECONDS
      ? 'default'
      : flowOf({ frequency: { seconds: value }, timeout: { minutes: 15 } });
  }
  const given = values.get('schedule');
  if (!given) return 'default';
  const schedule = scheduleOf(reading, given);
  if (schedule === undefined) return undefined;
  return JSON.stringify(schedule) === COLLATOR_SCHEDULE ? 'default' : flowOf(schedule);
}

function merged(found: readonly (KnownExtension | undefined)[]): KnownExtension | undefined {
  const known = found.filter(each => each !== undefined);
  if (known.length < found.length) return undefined;
  return {
    modules: known.flatMap(each => each.modules),
    settings: known.flatMap(each => each.settings),
  };
}
