import { ts } from 'ts-morph';
import { importsOf } from '../engine/bindings';
import type { ConfigSetting } from '../engine/config-settings';
import { flowOf, literalValue } from '../engine/literal-value';
import { unwrap } from '../engine/unwrap';
import { knownExtension } from './known-extension';
import { ownCode } from './ordinary-wiring';
import { isBuilder, type Reading } from './reading';
import type { ExtensionCall } from './wiring-parts';

/** `builder.addProcessor(a).addEntityProvider(b)` as its calls, in order; undefined for all else. */
export function extensionLinks(reading: Reading, statement: ts.Statement): Link[] | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const links: Link[] = [];
  let expression = unwrap(statement.expression);
  while (ts.isCallExpression(expression) && ts.isPropertyAccessExpression(expression.expression)) {
    const { name, expression: receiver } = expression.expression;
    links.unshift({ method: name.text, given: expression.arguments });
    expression = unwrap(receiver);
  }
  return links.length > 0 && isBuilder(reading, expression) ? links : undefined;
}

interface Link {
  readonly method: string;
  readonly given: readonly ts.Expression[];
}

interface Sink {
  readonly modules: string[];
  readonly settings: ConfigSetting[];
  readonly calls: ExtensionCall[];
}

export function readLink(
  reading: Reading,
  { method, given }: Link,
  sink: Sink,
): string | undefined {
  const { module, stock } = reading;
  const path = stock.settings?.[method];
  const value = path && given[0] && literalValue(module, given[0]);
  if (path && value !== undefined) {
    sink.settings.push({ path: path.path, value: path.print(flowOf(value)), place: 'base' });
    return undefined;
  }
  const renamed = stock.extension?.methods[method];
  if (!renamed) {
    return (
      given.map(each => ownCode(reading, each)).find(each => each) ?? unknownMethod(reading, method)
    );
  }
  if (renamed.takes === 'all') {
    const known = given.flatMap(each => stock.wiring[importName(reading, each)]?.modules ?? []);
    if (known.length > 0) sink.modules.push(...known);
    else sink.calls.push({ method: renamed.name, given, form: 'value', on: renamed.on });
    return undefined;
  }
  for (const argument of given) {
    if (renamed.takes === 'one' && ts.isSpreadElement(argument)) {
      return `gives ${method} a list, of which ${renamed.name} takes one`;
    }
    const known = knownExtension(reading, argument);
    if (known) {
      sink.modules.push(...known.modules);
      sink.settings.push(...known.settings);
    } else {
      sink.calls.push({ method: renamed.name, given: [argument], form: 'value', on: renamed.on });
    }
  }
  return undefined;
}

function importName({ module }: Reading, expression: ts.Expression): string {
  const found = importsOf(module).find(
    each => ts.isIdentifier(expression) && each.local.text === expression.text,
  );
  return found ? `${found.module}#${found.imported}` : '';
}

/** Calls on the builder that ordinary wiring has: they build, and start what was built. */
function unknownMethod({ stock }: Reading, method: string): string | undefined {
  if (!stock.extension || ['build', 'start'].includes(method)) return undefined;
  return `calls ${method}, which the new ${stock.id} does not have`;
}
