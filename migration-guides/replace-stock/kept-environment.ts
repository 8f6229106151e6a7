import { ts } from 'ts-morph';
import { codeStyleOf } from '../engine/code-style';
import { freeName } from '../engine/free-name';
import { Obstacle } from '../engine/obstacle';
import type { KeptContract } from './kept-contracts';
import { BODY_INDENT } from './body-indent';
import type { Reading } from './reading';

/** What kept code uses of its environment. */
interface UsedEnvironment {
  readonly keys: ReadonlySet<string>;
  /** Variables that the plugin's function took out of its argument, and the key of each. */
  readonly bindings: ReadonlyMap<string, string>;
  readonly contracts: ReadonlyMap<string, KeptContract>;
}

/** The environment in an init function. */
interface PrintedEnvironment {
  readonly params: readonly string[];
  readonly lines: readonly string[];
}

/**
 * Prints what stands for the environment: the services themselves, or an object with the old contracts
 * beside them, under the names that the plugin's function had for it.
 */
export function printEnvironment(reading: Reading, used: UsedEnvironment): PrintedEnvironment {
  const [parameter] = reading.plugin.parameters;
  if (used.keys.size === 0 || !parameter) return { params: [], lines: [] };
  const made = madeOf(reading, used);
  const isObject = ts.isIdentifier(parameter.name);
  if (made.size === 0) {
    const params = isObject ? [`...${parameter.name.getText()}`] : namesOf(used);
    return { params, lines: [] };
  }
  const services = freeName(reading.module, 'services');
  const params = [`...${services}`];
  const printed = [...made].map(([key, print]) => [key, print(services)] as const);
  const { semicolon } = codeStyleOf(reading.module);
  if (!isObject) {
    const plain = namesOf({ ...used, bindings: without(used.bindings, made) });
    const taken =
      plain.length > 0 ? [`const { ${plain.join(', ')} } = ${services}${semicolon}`] : [];
    const values = new Map(printed);
    const lines = [...used.bindings].flatMap(([name, key]) => {
      const value = values.get(key);
      return value === undefined ? [] : [`const ${name} = ${value}${semicolon}`];
    });
    return { params, lines: [...taken, ...lines.sort()] };
  }
  const indent = ' '.repeat(BODY_INDENT);
  const properties = [`...${services}`, ...printed.map(each => each.join(': '))];
  const object = properties.map(each => `${indent}  ${each},\n`).join('');
  const name = parameter.name.getText();
  return { params, lines: [`const ${name} = {\n${object}${indent}}${semicolon}`] };
}

/** The keys that are not simply services, and how each is made. */
function madeOf(
  { plugin }: Reading,
  { keys, contracts }: UsedEnvironment,
): Map<string, (services: string) => string> {
  const made = new Map<string, (services: string) => string>();
  for (const key of [...keys].sort()) {
    const contract = contracts.get(key);
    if (contract?.print('services') === undefined) continue;
    made.set(key, services => contract.print(services) ?? '');
  }
  const [{ name }] = plugin.parameters;
  const hasRest = !ts.isIdentifier(name) && name.elements.some(each => isRest(each));
  if (hasRest) throw new Obstacle('takes the rest of the environment', 'code-of-your-own');
  return made;
}

function isRest(element: ts.ArrayBindingElement): boolean {
  return ts.isBindingElement(element) && element.dotDotDotToken !== undefined;
}

/** `logger, reader: source`. */
function namesOf({ bindings }: Pick<UsedEnvironment, 'bindings'>): string[] {
  return [...bindings].map(([name, key]) => (name === key ? key : `${key}: ${name}`)).sort();
}

function without(
  bindings: ReadonlyMap<string, string>,
  made: ReadonlyMap<string, unknown>,
): Map<string, string> {
  return new Map([...bindings].filter(([, key]) => !made.has(key)));
}
