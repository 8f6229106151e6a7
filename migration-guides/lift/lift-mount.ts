import { ts } from 'ts-morph';
import {
  identifiersIn,
  importOf,
  isReference,
  symbolOf,
  type ImportBinding,
} from '../engine/bindings';
import { printCall, quoted, type Code, type CodeStyle } from '../engine/code-style';
import type { Mount, OldBackend } from '../engine/old-backend/old-backend';
import { editorOf, indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { awaits, capturesOf, type Capture } from './captured';
import type { Obstacle } from './lift-context';
import type { PluginAddress } from './plugin-address';

/** What a lifted plugin's environment is called. */
const ENV = 'env';

/** A mount in the terms of legacyPlugin. */
export interface LiftedMount {
  /** Its second argument: a promise of the module. */
  readonly source: string;
  /** Properties of its last argument besides the address. */
  readonly options: readonly (readonly [string, Code])[];
  /** Variables of main() that it needs. */
  readonly captures: readonly Capture[];
}

/** Turns the handlers of a mount into what legacyPlugin takes, or says why a person has to. */
export function liftMount(old: OldBackend, mount: Mount, style: CodeStyle): LiftedMount | Obstacle {
  if (mount.environments.length > 1) {
    const names = mount.environments.map(each => `'${each.id}'`).join(' and ');
    return {
      reason: `uses the environments ${names} at once; a lifted plugin has one`,
      anchor: 'several-environments',
    };
  }
  const captures = mount.handlers.flatMap(each => capturesOf(old, each));
  const foreign = captures.find(({ role }) => role?.kind === 'router' || role?.kind === 'service');
  const router = mount.handlers.at(-1);
  if (foreign || !router) {
    const reason = `uses ${foreign?.identifier.text ?? 'no router'} of the old set-up`;
    return { reason, anchor: 'mounts' };
  }
  if (mount.handlers.some(each => clashesWithEnv(old, each, mount.isFactory ?? false))) {
    return { reason: `has a variable of its own called ${ENV}`, anchor: 'mounts' };
  }
  const middlewares = mount.handlers.slice(0, -1);
  const own = captures.filter(each => each.role === undefined);
  if (middlewares.some(each => usesSetup(old, each) || awaits(each))) {
    return { ...wrapAll(old, mount, style), captures: own };
  }
  const options: [string, Code][] = [];
  if (mount.isFactory) return { source: factorySource(old, router, style), options, captures: own };
  const lifted = withArguments(old, router, style, options) ?? wrap(old, router, style);
  if (middlewares.length > 0) {
    const items = middlewares.map(each => withEnvironment(old, each));
    options.push(['middlewares', { items }]);
  }
  return { source: lifted, options, captures: own };
}

/** `await permission(env, { ... })`: an imported function takes the environment, then the rest. */
function withArguments(
  old: OldBackend,
  router: ts.Expression,
  style: CodeStyle,
  options: [string, Code][],
): string | undefined {
  const call = unwrap(router);
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined;
  const [environment, ...rest] = call.arguments;
  if (!environment || !isEnvironment(old, environment)) return undefined;
  if (rest.some(each => usesSetup(old, each) || awaits(each) || ts.isSpreadElement(each))) {
    return undefined;
  }
  if (rest.length > 0) {
    options.push(['args', { items: rest.map(each => withEnvironment(old, each)) }]);
  }
  const binding = importOf(old.module, call.expression);
  if (!binding) return `Promise.resolve({ default: ${call.expression.text} })`;
  return importedSource(binding, style);
}

/** A call whose result nobody waits for. */
export function liftDetached(
  old: OldBackend,
  { handlers: [call] }: Mount,
  style: CodeStyle,
): LiftedMount | Obstacle {
  if (clashesWithEnv(old, call, false)) {
    return { reason: `has a variable of its own called ${ENV}`, anchor: 'mounts' };
  }
  const source = lazily(old, call, `${ENV} => void ${withEnvironment(old, call)}`, style);
  const captures = capturesOf(old, call).filter(each => each.role === undefined);
  return { source, options: [], captures };
}

/** True when the environment's new name would mean something else somewhere in the handler. */
function clashesWithEnv(old: OldBackend, handler: ts.Expression, isFactory: boolean): boolean {
  if (!usesSetup(old, handler)) return false;
  if (isFactory) {
    const [parameter] = ts.isArrowFunction(handler) ? handler.parameters : [];
    return parameter?.name.getText(old.module.sourceFile) !== ENV;
  }
  return identifiersIn(handler).some(each => {
    if (each.text !== ENV) return false;
    const symbol = symbolOf(old.module, each);
    return symbol === undefined ? isReference(each) : !old.roles.has(symbol) && isVariable(symbol);
  });
}

function isVariable(symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Variable) !== 0;
}

/** A function of the environment, as it is. */
function factorySource(old: OldBackend, factory: ts.Expression, style: CodeStyle): string {
  const binding = importOf(old.module, factory);
  return binding
    ? importedSource(binding, style)
    : printCall(
        'Promise.resolve',
        [{ properties: [['default', withEnvironment(old, factory)]] }],
        2,
      );
}

function importedSource({ module, imported }: ImportBinding, style: CodeStyle): string {
  const source = `import(${quoted(module, style)})`;
  return imported === 'default' ? source : `${source}.then(m => ({ default: m.${imported} }))`;
}

/** Any other router: a function of the environment around the expression. */
function wrap(old: OldBackend, router: ts.Expression, style: CodeStyle): string {
  const inner = ts.isAwaitExpression(router) ? router.expression : router;
  if (isHandlerFunction(router)) {
    const handler = withEnvironment(old, router);
    const made = `${routerMaker(old)}.use(${handler})`;
    return lazily(old, router, `${parameterOf(old, router)} => ${made}`, style);
  }
  const asynchronous = awaits(inner) ? 'async ' : '';
  const arrow = `${asynchronous}${parameterOf(old, router)} => `;
  return lazily(old, router, `${arrow}${withEnvironment(old, inner)}`, style);
}

/** Middlewares that need the environment go into a router of their own. */
function wrapAll(old: OldBackend, mount: Mount, style: CodeStyle): Omit<LiftedMount, 'captures'> {
  const texts = mount.handlers.map(each => withEnvironment(old, each));
  const body = printCall(`${routerMaker(old)}.use`, texts, 4);
  const router = mount.handlers[mount.handlers.length - 1];
  return { source: lazily(old, router, `async env => ${body}`, style), options: [] };
}

/** A module whose default export is a function, importing the plugin's file when it is needed. */
function lazily(old: OldBackend, router: ts.Expression, arrow: string, style: CodeStyle): string {
  const called = unwrap(router);
  const name = ts.isCallExpression(called) ? called.expression : called;
  const binding = importOf(old.module, name);
  if (!binding || binding.imported === '*' || !binding.module.startsWith('.')) {
    return printCall('Promise.resolve', [{ properties: [['default', arrow]] }], 2);
  }
  const { imported, local } = binding;
  const pattern = imported === local.text ? imported : `${imported}: ${local.text}`;
  const body = `({\n  default: ${arrow.replaceAll('\n', '\n  ')},\n})`;
  return `import(${quoted(binding.module, style)}).then(({ ${pattern} }) => ${body})`;
}

/** An expression's text with the plugin's environment in place of main()'s variables. */
function withEnvironment(old: OldBackend, expression: ts.Expression): string {
  const { module } = old;
  const editor = editorOf(module);
  const replace = (node: ts.Node, text: string): void => {
    const key = ts.isShorthandPropertyAssignment(node.parent) ? `${node.getText()}: ` : '';
    editor.overwrite(node.getStart(module.sourceFile), node.getEnd(), key + text);
  };
  for (const { identifier, role } of capturesOf(old, expression)) {
    if (role?.kind === 'environment') replace(identifier, 'env');
    else if (role?.kind === 'config' || role?.kind === 'logger') {
      replace(identifier, `env.${role.kind}`);
    } else if (role?.kind === 'createEnv') replace(identifier.parent, 'env');
  }
  reindent(module, editor, expression, -indentOf(module, expression));
  return editor.slice(expression.getStart(module.sourceFile), expression.getEnd());
}

/** A handler written out in place keeps the types of its parameters inside a router. */
function isHandlerFunction(router: ts.Expression): boolean {
  return ts.isArrowFunction(router) || ts.isFunctionExpression(router);
}

function parameterOf(old: OldBackend, router: ts.Node): string {
  return usesSetup(old, router) ? 'env' : '()';
}

function usesSetup(old: OldBackend, node: ts.Node): boolean {
  return capturesOf(old, node).some(each => each.role !== undefined);
}

function isEnvironment(old: OldBackend, node: ts.Expression): boolean {
  const inner = unwrap(node);
  const [name, kind] = ts.isCallExpression(inner)
    ? ([inner.expression, 'createEnv'] as const)
    : ([inner, 'environment'] as const);
  return ts.isIdentifier(name) && capturesOf(old, name)[0]?.role?.kind === kind;
}

/** The call with which the file makes its routers. */
function routerMaker(old: OldBackend): string {
  for (const [symbol, role] of old.roles) {
    const declaration = symbol.declarations?.[0];
    if (role.kind === 'router' && declaration && ts.isVariableDeclaration(declaration)) {
      return declaration.initializer?.getText(old.module.sourceFile) ?? 'Router()';
    }
  }
  return 'Router()';
}

/** The call `legacyPlugin('x', import('./plugins/x'), { envId: 'y' })`. */
export function printLegacyPlugin(
  address: PluginAddress,
  { source, options }: LiftedMount,
  style: CodeStyle,
  column: number,
): string {
  const properties: (readonly [string, Code])[] = [...options];
  if (address.path !== undefined) properties.unshift(['path', quoted(address.path, style)]);
  if (address.envId !== undefined) properties.unshift(['envId', quoted(address.envId, style)]);
  const id = address.isComputed ? address.id : quoted(address.id, style);
  const args: Code[] = [id, source];
  if (properties.length > 0) args.push({ properties });
  return printCall('legacyPlugin', args, column);
}
