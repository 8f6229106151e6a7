import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, referencesTo, symbolOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import { Obstacle } from '../engine/obstacle';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { LOGGER_METHODS, SAME_SERVICES } from '../engine/service-mapping';
import { isInBuiltinActions } from './builtin-actions';
import type { Reading } from './reading';

const ANCHOR = 'code-of-your-own';

/** The services behind the keys of the environment that kept code uses. */
export interface KeptServices {
  /** `config: coreServices.rootConfig`. */
  readonly deps: readonly string[];
  /** What the init function takes besides the extension point. */
  readonly params: readonly string[];
  readonly wrapsLogger: boolean;
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
): KeptServices {
  const { module, plugin } = reading;
  const isKept = (node: ts.Node): boolean =>
    nodes.some(each => ts.findAncestor(node, parent => parent === each) !== undefined) &&
    !isInBuiltinActions(reading, node);
  const use = environmentUseOf(module, plugin);
  const [parameter] = plugin.parameters;
  const keys = new Set<string>();
  const bindings = new Set<string>();
  let wrapsLogger = false;
  for (const whole of use.whole.filter(isKept)) {
    const taken = keysTakenBy(module, whole, beside);
    for (const { key } of taken) keys.add(key);
    if (taken.some(each => each.isWinston)) {
      const name = whole.getText(module.sourceFile);
      const text = `{ ...${name}, logger: loggerToWinstonLogger(${name}.logger) }`;
      editor.overwrite(whole.getStart(module.sourceFile), whole.getEnd(), text);
      wrapsLogger = true;
    }
  }
  for (const { key, node } of use.keys) {
    const uses = (ts.isIdentifier(node) ? referencesTo(module, node) : [node]).filter(isKept);
    if (uses.length === 0) continue;
    serviceOf(key);
    for (const each of uses) {
      checkMethods(key, each);
      if (key === 'logger') wrapsLogger = wrapLogger(module, editor, each) || wrapsLogger;
    }
    keys.add(key);
    if (ts.isIdentifier(node)) bindings.add(key === node.text ? key : `${key}: ${node.text}`);
  }
  const sorted = [...keys].sort();
  const isObject = parameter !== undefined && ts.isIdentifier(parameter.name);
  const rest = isObject && sorted.length > 0 ? [`...${parameter.name.getText()}`] : [];
  return {
    deps: sorted.map(key => `${key}: ${serviceOf(key).ref}`),
    params: isObject ? rest : [...bindings].sort(),
    wrapsLogger,
  };
}

function serviceOf(key: string): { readonly ref: string } {
  if (Object.hasOwn(SAME_SERVICES, key)) return SAME_SERVICES[key];
  throw new Obstacle(`uses env.${key}, which has no counterpart`, ANCHOR);
}

interface TakenKey {
  readonly key: string;
  /** It wants a logger of winston. */
  readonly isWinston: boolean;
}

/** The environment as a whole may go into a function of the file that says, or shows, what it takes. */
function keysTakenBy(module: ParsedModule, whole: ts.Node, beside: MagicString): TakenKey[] {
  const call = whole.parent;
  const place = call.getText(module.sourceFile).split('\n')[0];
  const parameter = ts.isCallExpression(call) ? parameterOf(module, call, whole) : undefined;
  const taken = parameter && (membersOf(module, parameter) ?? usedOf(module, parameter, beside));
  if (!taken) throw new Obstacle(`hands the whole environment on: ${place}`, ANCHOR);
  taken.forEach(each => serviceOf(each.key));
  return taken;
}

function parameterOf(
  module: ParsedModule,
  call: ts.CallExpression,
  argument: ts.Node,
): ts.ParameterDeclaration | undefined {
  if (!ts.isIdentifier(call.expression)) return undefined;
  const callee = symbolOf(module, call.expression)?.declarations?.[0];
  const index = call.arguments.findIndex(each => each === argument);
  const made = callee && ts.isVariableDeclaration(callee) ? callee.initializer : callee;
  return made && ts.isFunctionLike(made)
    ? (made.parameters[index] as ts.ParameterDeclaration | undefined)
    : undefined;
}

/** The members of the parameter's type, when that is an interface of the file. */
function membersOf(
  module: ParsedModule,
  { type }: ts.ParameterDeclaration,
): TakenKey[] | undefined {
  if (!type || !ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined;
  const declared = symbolOf(module, type.typeName)?.declarations?.[0];
  if (!declared || !ts.isInterfaceDeclaration(declared) || declared.heritageClauses)
    return undefined;
  return declared.members.map(member => {
    const key = member.name?.getText(module.sourceFile) ?? '';
    const own = ts.isPropertySignature(member) ? member.type : undefined;
    const name = own && ts.isTypeReferenceNode(own) ? own.typeName : undefined;
    return { key, isWinston: importOf(module, name)?.module === 'winston' };
  });
}

/** The keys that a function uses of a whole environment: its parameter takes only those from now on. */
function usedOf(
  module: ParsedModule,
  parameter: ts.ParameterDeclaration,
  beside: MagicString,
): TakenKey[] | undefined {
  const { parent, type } = parameter;
  if (!('body' in parent) || !parent.body || parent.parameters[0] !== parameter) return undefined;
  const use = environmentUseOf(module, parent as FunctionWithBody);
  if (use.whole.length > 0 || !type) return undefined;
  const keys = [...new Set(use.keys.map(each => each.key))].sort();
  const names = keys.map(each => `'${each}'`).join(' | ');
  beside.overwrite(
    type.getStart(module.sourceFile),
    type.getEnd(),
    `Pick<${type.getText(module.sourceFile)}, ${names}>`,
  );
  return keys.map(key => ({ key, isWinston: key === 'logger' }));
}

function checkMethods(key: string, use: ts.Node): void {
  const access = use.parent;
  const method =
    ts.isPropertyAccessExpression(access) && access.expression === use
      ? access.name.text
      : undefined;
  if (method === undefined) return;
  if (key === 'logger' && !LOGGER_METHODS.has(method)) {
    throw new Obstacle(`calls logger.${method}, which the new logger does not have`, ANCHOR);
  }
  if (key === 'cache' && method === 'getClient') {
    throw new Obstacle('makes a cache client, which the new cache is already', ANCHOR);
  }
  if (key === 'permissions') {
    throw new Obstacle('asks for permissions, which takes credentials now', ANCHOR);
  }
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
