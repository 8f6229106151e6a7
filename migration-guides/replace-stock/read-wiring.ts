import { ts } from 'ts-morph';
import { identifiersIn, importsOf, isReference, referencesTo, symbolOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { isTypeOnly } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { unwrap } from '../engine/unwrap';
import { isInBuiltinActions } from './builtin-actions';
import type { ConfigSetting } from '../engine/config-settings';
import { flowOf, literalValue, type LiteralValue } from '../engine/literal-value';
import { knownExtension } from './known-extension';
import { ownCode } from './ordinary-wiring';
import {
  isBuilder,
  isBuilt,
  isCreateRouter,
  localVariable,
  statementsOf,
  variableDeclaration,
  type Reading,
} from './reading';
import {
  STOCK_PACKAGES,
  type BuilderOption,
  type ExtensionOption,
  type StockPackage,
} from './stock-packages';

/** A call on the extension point: `catalog.addProcessor(...)`. */
export interface ExtensionCall {
  readonly method: string;
  readonly given: readonly ts.Expression[];
  readonly form: ExtensionOption['form'];
  /** The extension point, when it is not the one that all others are on. */
  readonly on?: BuilderOption;
}

/** Code of the project that the published plugin does not have: it stays, in a module. */
export type KeptPart =
  | { readonly kind: 'statement'; readonly node: ts.Statement; readonly isLate: boolean }
  | {
      readonly kind: 'calls';
      readonly node: ts.Node;
      readonly calls: readonly ExtensionCall[];
      readonly isLate: boolean;
    };

/** What a file that wires a published plugin comes to in the new system. */
export interface PluginWiring {
  readonly stock: StockPackage;
  /** Packages with the modules that it stands for. */
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
  /** Empty when the published plugin and its modules do everything. */
  readonly kept: readonly KeptPart[];
}

/** Why a file can not be replaced. */
export interface OwnWiring {
  readonly stock?: StockPackage;
  readonly own: string;
}

/** The published plugin that a file wires, by its imports; undefined when none is known. */
export function stockOf(module: ParsedModule, id: string): StockPackage | undefined {
  const packages = new Set(
    importsOf(module)
      .filter(each => !isTypeOnly(module, each))
      .map(each => each.module),
  );
  const candidates = STOCK_PACKAGES.filter(each => packages.has(each.package));
  return candidates.find(each => each.id === id) ?? candidates[0];
}

/**
 * Reads a file that wires a published plugin: what of it the published modules and the configuration
 * stand for, and what has to stay as code.
 */
export function readWiring(
  module: ParsedModule,
  plugin: FunctionWithBody,
  stock: StockPackage,
): PluginWiring | OwnWiring {
  for (let needed: ReadonlySet<ts.Symbol> = new Set(); ;) {
    const reading: Reading = { module, plugin, stock, needed };
    const found = classify(reading);
    if ('own' in found) return { stock, own: found.own };
    const more = neededBy(reading, found.kept);
    if (typeof more === 'string') return { stock, own: more };
    if (more.every(each => needed.has(each))) {
      const lost = lostVariable(reading, found.kept);
      if (lost) return { stock, own: `hands ${lost} to the old ${stock.id}` };
      const modules = [...new Set([...found.modules, ...modulesOfTheRest(reading, found.kept)])];
      return { stock, ...found, modules };
    }
    needed = new Set([...needed, ...more]);
  }
}

type Classified = Omit<PluginWiring, 'stock'> | { readonly own: string };

function classify(reading: Reading): Classified {
  const modules: string[] = [];
  const settings: ConfigSetting[] = [];
  const kept: KeptPart[] = [];
  let isLate = false;
  const { plugin } = reading;
  if (!ts.isBlock(plugin.body)) {
    const own = readRouter(reading, plugin.body, settings, kept);
    return own ? { own } : { modules, settings, kept };
  }
  for (const statement of statementsOf(reading)) {
    const links = extensionLinks(reading, statement);
    if (links) {
      const calls: ExtensionCall[] = [];
      for (const link of links) {
        const own = readLink(reading, link, { modules, settings, calls });
        if (own) return { own };
      }
      if (calls.length > 0) kept.push({ kind: 'calls', node: statement, calls, isLate });
      continue;
    }
    const options = builderCalls(reading, statement);
    if (options.length > 0) {
      kept.push({ kind: 'calls', node: statement, calls: options, isLate: false });
      continue;
    }
    const router = routerMade(reading, statement);
    if (router) {
      const own = readRouter(reading, router, settings, kept);
      if (own) return { own };
      continue;
    }
    const declares = declaresNeeded(reading, statement);
    if (
      declares ||
      (ownCode(reading, statement) && !isKnownVariable(reading, statement, modules, settings))
    ) {
      if (returns(statement))
        return { own: ownCode(reading, statement) ?? 'ends in several places' };
      kept.push({
        kind: 'statement',
        node: statement,
        isLate: isLate && !isDeclaration(statement),
      });
    }
    isLate ||= builds(reading, statement);
  }
  return { modules: [...new Set(modules)], settings: unique(settings), kept };
}

/** Options of the builder that are code of the project: `new IndexBuilder({ searchEngine })`. */
function builderCalls(reading: Reading, statement: ts.Statement): ExtensionCall[] {
  const forms = reading.stock.extension?.builderOptions;
  if (!forms || !ts.isVariableStatement(statement)) return [];
  const [{ name, initializer }] = statement.declarationList.declarations;
  if (!initializer || !isBuilder(reading, name)) return [];
  const made = unwrap(initializer);
  const [options] = ts.isNewExpression(made) ? (made.arguments ?? []) : [];
  if (!options || !ts.isObjectLiteralExpression(options)) return [];
  return options.properties.flatMap(property => {
    const on = forms[property.name?.getText(reading.module.sourceFile) ?? ''];
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    if (!on || !value || !isOwn(reading, value)) return [];
    return [{ method: on.method, given: [value], form: 'value', on }];
  });
}

/** True for a value that ordinary wiring would not make, or that is not settled where it is declared. */
function isOwn(reading: Reading, value: ts.Expression): boolean {
  const declaration = localVariable(reading, value);
  if (!declaration) return ownCode(reading, value) !== undefined;
  const whole = variableDeclaration(declaration);
  if (!whole?.initializer || !(ts.getCombinedNodeFlags(whole) & ts.NodeFlags.Const)) return true;
  return (
    ownCode(reading, whole.initializer) !== undefined &&
    !isScheduleMaker(reading, whole.initializer) &&
    knownExtension(reading, whole.initializer) === undefined
  );
}

interface Link {
  readonly method: string;
  readonly given: readonly ts.Expression[];
}

/** `builder.addProcessor(a).addEntityProvider(b)` as its calls, in order; undefined for all else. */
function extensionLinks(reading: Reading, statement: ts.Statement): Link[] | undefined {
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

interface Sink {
  readonly modules: string[];
  readonly settings: ConfigSetting[];
  readonly calls: ExtensionCall[];
}

function readLink(reading: Reading, { method, given }: Link, sink: Sink): string | undefined {
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
    else sink.calls.push({ method: renamed.name, given, form: 'value' });
    return undefined;
  }
  for (const argument of given) {
    const known = knownExtension(reading, argument);
    if (known) {
      sink.modules.push(...known.modules);
      sink.settings.push(...known.settings);
    } else sink.calls.push({ method: renamed.name, given: [argument], form: 'value' });
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

/** `return await createRouter(...)`, or a variable that is made by it. */
function routerMade(reading: Reading, statement: ts.Statement): ts.Expression | undefined {
  if (ts.isReturnStatement(statement) && statement.expression) return statement.expression;
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration] = statement.declarationList.declarations;
  const made = declaration?.initializer && unwrap(declaration.initializer);
  return made && ts.isCallExpression(made) && isCreateRouter(reading, made) ? made : undefined;
}

/** Reads the options of createRouter; what else is returned has to be ordinary. */
function readRouter(
  reading: Reading,
  returned: ts.Expression,
  settings: ConfigSetting[],
  kept: KeptPart[],
): string | undefined {
  const { module, stock } = reading;
  const call = unwrap(returned);
  const isRouter = ts.isCallExpression(call) && isCreateRouter(reading, call);
  const given = isRouter ? call.arguments.filter(each => !isEnvironment(reading, each)) : [];
  const options = given.length === 1 ? given[0] : undefined;
  if (!options || !ts.isObjectLiteralExpression(options)) return ownCode(reading, returned);
  for (const property of options.properties) {
    const name = property.name?.getText(module.sourceFile) ?? '';
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    const call = stock.extension?.options?.[name];
    if (call && value) {
      if (isEmptyList(reading, value)) continue;
      const given = [value];
      kept.push({
        kind: 'calls',
        node: property,
        calls: [{ ...call, given }],
        isLate: false,
      });
      continue;
    }
    const setting = stock.settings?.[name];
    const written = setting && value && literalOf(reading, value);
    if (setting && written !== undefined) {
      if (isDefaultValue(stock, written)) continue;
      settings.push({ path: setting.path, value: setting.print(flowOf(written)), place: 'base' });
      continue;
    }
    const own = ownCode(reading, property);
    if (own) return own;
  }
  return undefined;
}

function isDefaultValue({ defaults = [] }: StockPackage, value: LiteralValue): boolean {
  return typeof value === 'string' && defaults.includes(`'${value}'`);
}

/** `{ ...env }`, for plugins that took it. */
function isEnvironment({ plugin, stock, module }: Reading, argument: ts.Expression): boolean {
  const [parameter] = plugin.parameters;
  if (!stock.takesWholeEnvironment || !parameter) return false;
  const text = argument.getText(module.sourceFile).replaceAll(/[\s{},.]/g, '');
  return text === parameter.name.getText(module.sourceFile);
}

/** A value that is written out, there or in a constant. */
function literalOf(reading: Reading, value: ts.Expression): LiteralValue | undefined {
  const declaration = localVariable(reading, value);
  const made =
    declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : value;
  return made && literalValue(reading.module, made);
}

function isEmptyList(reading: Reading, value: ts.Expression): boolean {
  return (
    ts.isArrayLiteralExpression(value) &&
    value.elements.every(each => isInBuiltinActions(reading, each))
  );
}

/** `const provider = Provider.fromConfig(...)` of a package with a module, which only the builder is given. */
function isKnownVariable(
  reading: Reading,
  statement: ts.Statement,
  modules: string[],
  settings: ConfigSetting[],
): boolean {
  if (isSubscription(reading, statement)) return true;
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.every(({ name, initializer }) => {
    if (!initializer) return false;
    if (isSettingOnly(reading, name, initializer)) return true;
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
function isScheduleMaker({ module }: Reading, expression: ts.Expression): boolean {
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

function declaresNeeded(reading: Reading, statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  return identifiersIn(statement).some(each => {
    const symbol = reading.module.checker.getSymbolAtLocation(each);
    return symbol !== undefined && reading.needed.has(symbol) && !isReference(each);
  });
}

/**
 * Variables of the plugin's function that the kept code uses, besides what stands for the extension
 * point; a text when it needs something that there is no more.
 */
function neededBy(reading: Reading, kept: readonly KeptPart[]): ts.Symbol[] | string {
  const { module, stock } = reading;
  const found: ts.Symbol[] = [];
  const nodes = keptNodes(kept);
  for (const identifier of nodes.flatMap(identifiersIn)) {
    if (!isReference(identifier) || isInBuiltinActions(reading, identifier)) continue;
    const declaration = localVariable(reading, identifier);
    if (!declaration || isWithin(declaration, nodes)) continue;
    if (isBuilder(reading, identifier)) {
      const method = methodCalled(identifier);
      if (method !== undefined && stock.extension?.methods[method]) continue;
      return `hands ${identifier.text} to other code`;
    }
    if (isBuilt(reading, identifier)) return `uses ${identifier.text} of the old ${stock.id}`;
    const whole = variableDeclaration(declaration);
    if (whole && ts.isForOfStatement(whole.parent.parent)) continue;
    const symbol = symbolOf(module, identifier);
    if (symbol) found.push(symbol);
  }
  return found;
}

/** A variable of the kept code that what goes was given: the code would stay without its effect. */
function lostVariable(reading: Reading, kept: readonly KeptPart[]): string | undefined {
  const { module, plugin } = reading;
  const statements = kept.filter(each => each.kind === 'statement').map(each => each.node);
  const nodes = [...keptNodes(kept), ...statementsWithCalls(kept)];
  return identifiersIn(plugin.body).find(identifier => {
    if (!isReference(identifier) || isWithin(identifier, nodes)) return false;
    if (isInBuiltinActions(reading, identifier)) return false;
    const declaration = localVariable(reading, identifier);
    const symbol = symbolOf(module, identifier);
    if (!declaration || !symbol || !isWithin(declaration, statements)) return false;
    return !reading.needed.has(symbol) || isOwn(reading, identifier);
  })?.text;
}

/** The modules of what is named outside of the kept code, such as a search engine. */
function modulesOfTheRest(reading: Reading, kept: readonly KeptPart[]): string[] {
  const { module, plugin, stock } = reading;
  const nodes = keptNodes(kept);
  return importsOf(module).flatMap(({ module: from, imported, local }) => {
    const modules = stock.wiring[`${from}#${imported}`]?.modules ?? [];
    if (modules.length === 0) return [];
    const uses = referencesTo(module, local, plugin.body);
    return uses.some(each => !isWithin(each, nodes)) ? modules : [];
  });
}

/** Statements of which only calls stay: what they name besides was read with them. */
function statementsWithCalls(kept: readonly KeptPart[]): ts.Node[] {
  return kept.flatMap(each => (each.kind === 'calls' ? [each.node] : []));
}

function keptNodes(kept: readonly KeptPart[]): ts.Node[] {
  return kept.flatMap<ts.Node>(each =>
    each.kind === 'calls' ? each.calls.flatMap(call => call.given) : [each.node],
  );
}

function isWithin(node: ts.Node, outer: readonly ts.Node[]): boolean {
  return ts.findAncestor(node, each => outer.includes(each)) !== undefined;
}

function methodCalled(receiver: ts.Identifier): string | undefined {
  const { parent } = receiver;
  return ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent)
    ? parent.name.text
    : undefined;
}

/** A statement after which the old plugin existed: `await builder.build()`. */
function builds(reading: Reading, statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some(({ name }) =>
    identifiersIn(name).some(each => isBuilt(reading, each)),
  );
}

function isDeclaration(statement: ts.Statement): boolean {
  return ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement);
}

/** True when a statement may end the plugin's function. */
function returns(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isReturnStatement(node)) return true;
  return ts.forEachChild(node, child => returns(child) || undefined) ?? false;
}

function unique(settings: readonly ConfigSetting[]): ConfigSetting[] {
  const seen = new Map(settings.map(each => [each.path.join('.'), each]));
  return [...seen.values()];
}
