import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, referencesTo } from '../engine/bindings';
import type { NewImport } from '../engine/edit-imports';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import { LOGGER_METHODS, SAME_SERVICES } from '../engine/service-mapping';
import { isInBuiltinActions } from './builtin-actions';
import { contractOf, FORKLIFT, type KeptContract } from './kept-contracts';
import { printEnvironment } from './kept-environment';
import type { Reading } from './reading';
import { keysTakenBy } from './whole-environment';

const ANCHOR = 'code-of-your-own';

/** The project around a plugin's file, as far as its environment goes. */
export interface Surroundings {
  /** Dependencies of the backend package. */
  readonly dependencies: Readonly<Record<string, string>>;
  /**
   * The keys of the environment's type.
   *
   * @throws Obstacle when they can not be read
   */
  environmentKeys(): readonly string[];
  /** @throws Obstacle when one of the keys is made by the backend */
  assertUsualKeys(keys: Iterable<string>): void;
}

/** The services behind the keys of the environment that kept code uses. */
export interface KeptServices {
  /** `config: coreServices.rootConfig`. */
  readonly deps: readonly string[];
  /** What the init function takes besides the extension point. */
  readonly params: readonly string[];
  /** What it starts with: the environment, where some of it keeps its old contract. */
  readonly lines: readonly string[];
  readonly imports: readonly NewImport[];
  /** Service factories that the backend has to add. */
  readonly factories: readonly NewImport[];
}

/**
 * Finds the services that kept code needs, and edits what it does with them.
 *
 * @param beside - has the edits of the code beside the plugin's function
 * @throws Obstacle when it needs something that has no counterpart
 */
export function keptServices(
  reading: Reading,
  editor: MagicString,
  nodes: readonly ts.Node[],
  beside: MagicString,
  surroundings: Surroundings,
): KeptServices {
  const { module, plugin } = reading;
  const isKept = (node: ts.Node): boolean =>
    nodes.some(each => ts.findAncestor(node, parent => parent === each) !== undefined) &&
    !isInBuiltinActions(reading, node);
  const use = environmentUseOf(module, plugin);
  const keys = new Set<string>();
  const bindings = new Map<string, string>();
  const wholes = use.whole.filter(isKept).map(node => ({
    node,
    taken: keysTakenBy(module, node, beside),
  }));
  const isWhole = wholes.some(each => each.taken === undefined);
  if (isWhole) for (const key of surroundings.environmentKeys()) keys.add(key);
  let wrapsLogger = false;
  for (const { node, taken = [] } of wholes) {
    for (const { key } of taken) keys.add(key);
    if (isWhole || !taken.some(each => each.isWinston)) continue;
    const name = node.getText(module.sourceFile);
    const text = `{ ...${name}, logger: loggerToWinstonLogger(${name}.logger) }`;
    editor.overwrite(node.getStart(module.sourceFile), node.getEnd(), text);
    wrapsLogger = true;
  }
  for (const { key, node } of use.keys) {
    const uses = (ts.isIdentifier(node) ? referencesTo(module, node) : [node]).filter(isKept);
    if (uses.length === 0) continue;
    for (const each of uses) {
      if (key !== 'logger' || isWhole) continue;
      checkLogger(each);
      wrapsLogger = wrapLogger(module, editor, each) || wrapsLogger;
    }
    keys.add(key);
    if (ts.isIdentifier(node) && isParameter(reading, node)) bindings.set(node.text, key);
  }
  surroundings.assertUsualKeys(keys);
  const contracts = new Map<string, KeptContract>();
  for (const key of keys) {
    const contract = contractOf(key, { ...surroundings, isWhole });
    if (contract) contracts.set(key, contract);
    else if (!Object.hasOwn(SAME_SERVICES, key)) {
      throw new Obstacle(`uses env.${key}, which has no counterpart`, ANCHOR);
    }
  }
  const imports = [...contracts.values()].map(each => each.import);
  if (wrapsLogger) imports.push({ module: FORKLIFT, name: 'loggerToWinstonLogger' });
  return {
    deps: depsOf(keys, contracts),
    ...printEnvironment(reading, { keys, bindings, contracts }),
    imports,
    factories: [...contracts.values()].flatMap(each => (each.isFactory ? each.import : [])),
  };
}

function depsOf(keys: ReadonlySet<string>, contracts: ReadonlyMap<string, KeptContract>): string[] {
  const refs = new Map<string, string>();
  for (const key of keys) {
    const services = contracts.get(key)?.services ?? [SAME_SERVICES[key]];
    for (const { name, ref } of services) refs.set(name, ref);
  }
  return [...refs].map(each => each.join(': ')).sort();
}

/** True for a variable that the plugin's function takes out of its argument. */
function isParameter({ plugin }: Reading, node: ts.Node): boolean {
  return ts.findAncestor(node, each => each === plugin.parameters[0]) !== undefined;
}

function checkLogger(use: ts.Node): void {
  const access = use.parent;
  const isAccess = ts.isPropertyAccessExpression(access) && access.expression === use;
  if (!isAccess || LOGGER_METHODS.has(access.name.text)) return;
  throw new Obstacle(
    `calls logger.${access.name.text}, which the new logger does not have`,
    ANCHOR,
  );
}

/** All but Backstage's own packages may want a winston logger. */
function wrapLogger(module: ParsedModule, editor: MagicString, use: ts.Node): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === use) return false;
  const call = ts.findAncestor(use, each => ts.isCallExpression(each) || ts.isNewExpression(each));
  const callee = (call as ts.CallExpression | undefined)?.expression;
  const root = callee && ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  const binding = importOf(module, root);
  if (binding?.module.startsWith('@backstage/')) return false;
  const text = use.getText(module.sourceFile);
  const key = ts.isShorthandPropertyAssignment(parent) ? `${text}: ` : '';
  const wrapped = `${key}loggerToWinstonLogger(${text})`;
  editor.overwrite(use.getStart(module.sourceFile), use.getEnd(), wrapped);
  return true;
}
