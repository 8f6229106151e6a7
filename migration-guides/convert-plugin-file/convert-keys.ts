import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { convertAuthKey } from '../auth-services/convert-auth-key';
import { declarationOf, referencesTo } from '../engine/bindings';
import { KeyBindings } from '../engine/key-bindings';
import { Obstacle } from '../engine/obstacle';
import { oldContractOf, type OldContract } from '../engine/old-contract';
import type { ParsedModule } from '../engine/parse-module';
import type { EnvironmentUse, KeyUse } from '../engine/plugin-file/environment-use';
import { LOGGER_METHODS, SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import { editorOf } from '../engine/source-edit';
import { isAtLeast } from '../engine/version';

/** What the keys of an environment have become. */
export interface ConvertedKeys {
  /** Services that the function takes under these names. */
  readonly services: readonly ServiceMapping[];
  /** Keys that keep the contract they had, made of services. */
  readonly contracts: ReadonlyMap<string, OldContract>;
}

/**
 * Rewrites every use of the environment's keys, and returns what they need.
 *
 * @param dependencies - of the package that the file belongs to
 * @throws Obstacle when a key is used in a way that has no counterpart
 */
export function convertKeys(
  module: ParsedModule,
  editor: MagicString,
  use: EnvironmentUse,
  dependencies: Readonly<Record<string, string>>,
): ConvertedKeys {
  const [whole] = use.whole;
  if (whole) {
    const place = whole.parent.getText(module.sourceFile).split('\n')[0];
    throw new Obstacle(`hands the whole environment on: ${place}`, 'whole-environment');
  }
  const bindings = new KeyBindings(module);
  const services = new Set<ServiceMapping>();
  const contracts = new Map<string, OldContract>();
  for (const key of new Set(use.keys.map(each => each.key))) {
    const nodes = use.keys.filter(each => each.key === key).map(each => each.node);
    const converted = convertKey({ module, editor, bindings, dependencies }, key, nodes);
    if ('expression' in converted) contracts.set(key, converted);
    else converted.forEach(each => services.add(each));
  }
  bindings.write(editor);
  return {
    services: [...services].sort((a, b) => a.name.localeCompare(b.name)),
    contracts,
  };
}

interface Conversion {
  readonly module: ParsedModule;
  readonly editor: MagicString;
  readonly bindings: KeyBindings;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The services that a key becomes, where all its uses can; otherwise the contract that it keeps. */
function convertKey(
  conversion: Conversion,
  key: string,
  nodes: readonly KeyUse['node'][],
): readonly ServiceMapping[] | OldContract {
  const contract = contractOf(key, conversion.dependencies);
  const service = Object.hasOwn(SAME_SERVICES, key) ? SAME_SERVICES[key] : undefined;
  if (!contract && !service) {
    throw new Obstacle(`uses env.${key}, which has no counterpart`, 'other-keys');
  }
  if (!contract && service) return [service];
  const rehearsal = {
    ...conversion,
    editor: editorOf(conversion.module),
    bindings: new KeyBindings(conversion.module),
  };
  try {
    CONVERSIONS[key](rehearsal, nodes);
  } catch (error) {
    const isThere = contract?.type.module !== 'winston' || 'winston' in conversion.dependencies;
    if (error instanceof Obstacle && contract && isThere) return contract;
    throw error;
  }
  return CONVERSIONS[key](conversion, nodes);
}

/** Readers had a `read`, which stock Backstage no longer has. */
const READER: OldContract = {
  services: [SAME_SERVICES.reader],
  expression: 'urlReaderToLegacy(reader)',
  function: { module: 'backstage-forklift/legacy', name: 'urlReaderToLegacy' },
  type: { module: 'backstage-forklift/legacy', name: 'LegacyUrlReader' },
};

/** The contract that a key can keep; undefined where its service is what the old value was. */
export function contractOf(
  key: string,
  dependencies: Readonly<Record<string, string>>,
): OldContract | undefined {
  return key === 'reader' ? READER : oldContractOf(key, dependencies);
}

/** From this version on, no code of Backstage calls `read`. */
const WITHOUT_READ = '0.16.0';

type Convert = (
  conversion: Conversion,
  nodes: readonly KeyUse['node'][],
) => readonly ServiceMapping[];

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  logger(conversion, nodes) {
    for (const use of usesOf(conversion, nodes)) convertLogger(conversion, use);
    return [SAME_SERVICES.logger];
  },
  reader({ dependencies, module }, nodes) {
    const common = dependencies['@backstage/backend-common'];
    const isOld = common !== undefined && !isAtLeast(common, WITHOUT_READ);
    for (const use of usesOf({ module }, nodes)) {
      const method = methodOf(use);
      if (method === 'read' || (method === undefined && isOld)) {
        throw new Obstacle('reads as only readers of the old system do', 'other-keys');
      }
    }
    return [SAME_SERVICES.reader];
  },
  cache({ editor, module }, nodes) {
    for (const use of usesOf({ module }, nodes)) convertCache(editor, use);
    return [SAME_SERVICES.cache];
  },
  identity: (conversion, nodes) => convertAuthKey(conversion, 'identity', nodes),
  tokenManager: (conversion, nodes) => convertAuthKey(conversion, 'tokenManager', nodes),
  permissions: (conversion, nodes) => convertAuthKey(conversion, 'permissions', nodes),
};

/** Where keys are used: the variables that they became, or `env.key` itself. */
function usesOf(
  { module }: Pick<Conversion, 'module'>,
  nodes: readonly KeyUse['node'][],
): ts.Expression[] {
  return nodes.flatMap<ts.Expression>(node =>
    ts.isIdentifier(node) ? referencesTo(module, node) : [node],
  );
}

function methodOf(use: ts.Expression): string | undefined {
  const { parent } = use;
  return ts.isPropertyAccessExpression(parent) && parent.expression === use
    ? parent.name.text
    : undefined;
}

/**
 * Calls stay where the new logger takes what they give. A logger that goes to other code is made a
 * winston logger, as that code may want one.
 *
 * @throws Obstacle for everything else, as it may need what only a winston logger has
 */
function convertLogger({ module, editor }: Conversion, use: ts.Expression): void {
  const access = use.parent;
  if (ts.isPropertyAccessExpression(access) && access.expression === use) {
    const call = access.parent;
    const isCall = ts.isCallExpression(call) && call.expression === access;
    if (!isCall || !isLogged(module, access.name.text, call)) {
      const what = isCall ? 'calls' : 'takes';
      throw new Obstacle(`${what} logger.${access.name.text} as only winston allows`, 'logger');
    }
  } else if (isArgument(use)) wrapLogger(module, editor, use);
  else throw new Obstacle('keeps its logger in a variable', 'logger');
}

/** True when a logger's method is called with what a LoggerService takes: a text, and meta data. */
function isLogged(module: ParsedModule, method: string, call: ts.CallExpression): boolean {
  const [message, meta, ...more] = call.arguments;
  if (!LOGGER_METHODS.has(method) || more.length > 0) return false;
  if (method === 'child') return isCalledUpon(call);
  return message !== undefined && isText(message) && (meta === undefined || isMeta(module, meta));
}

/** `logger.child({ ... }).info('...')`: nobody else gets to see the child. */
function isCalledUpon(call: ts.CallExpression): boolean {
  const { parent } = call;
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.name.text !== 'child' &&
    LOGGER_METHODS.has(parent.name.text) &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.arguments.every(isText)
  );
}

function isText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) {
    return (
      node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
      (isText(node.left) || isText(node.right))
    );
  }
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    (ts.isPropertyAccessExpression(node) && node.name.text === 'message')
  );
}

/** An object, or what was caught. */
function isMeta(module: ParsedModule, node: ts.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) return true;
  const declaration = ts.isIdentifier(node) ? declarationOf(module, node) : undefined;
  return declaration !== undefined && ts.isCatchClause(declaration.parent);
}

/** True when a value goes into a call: by itself, or in an object or array. */
function isArgument(use: ts.Node): boolean {
  const { parent } = use;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    return parent.arguments?.includes(use as ts.Expression) ?? false;
  }
  const isPart =
    (ts.isPropertyAssignment(parent) && parent.initializer === use) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isArrayLiteralExpression(parent);
  return isPart && isArgument(parent);
}

function wrapLogger(module: ParsedModule, editor: MagicString, use: ts.Expression): void {
  const text = use.getText(module.sourceFile);
  const key = ts.isShorthandPropertyAssignment(use.parent) ? `${text}: ` : '';
  editor.overwrite(
    use.getStart(module.sourceFile),
    use.getEnd(),
    `${key}loggerToWinstonLogger(${text})`,
  );
}

/** `cache.getClient(options)` is `cache.withOptions(options)` now. */
function convertCache(editor: MagicString, use: ts.Expression): void {
  const access = use.parent;
  const call = access.parent;
  if (methodOf(use) !== 'getClient' || !ts.isCallExpression(call)) {
    throw new Obstacle('hands its cache manager to other code', 'cache');
  }
  if (call.arguments.length === 0) editor.remove(use.getEnd(), call.getEnd());
  else {
    const { name } = access as ts.PropertyAccessExpression;
    editor.overwrite(name.getStart(), name.getEnd(), 'withOptions');
  }
}
