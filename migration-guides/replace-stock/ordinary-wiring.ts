import { ts } from 'ts-morph';
import { importOf, importsOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { isTypeOnly } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { STOCK_PACKAGES, type StockPackage } from './stock-packages';

/** A schedule that the code gives to an entity provider. */
export interface ProviderSchedule {
  /** Where the provider is configured. */
  readonly config: readonly string[];
  /** The schedule as it stands in the code: an object of durations. */
  readonly schedule: string;
}

/** A file that does no more than wire a published plugin. */
export interface OrdinaryWiring {
  readonly stock: StockPackage;
  /** Packages with the modules that it stands for. */
  readonly modules: readonly string[];
  readonly schedules: readonly ProviderSchedule[];
}

/** What a file does that the published plugin would not do by itself. */
export interface OwnWiring {
  readonly stock?: StockPackage;
  readonly own: string;
}

/**
 * Tells whether a plugin's file only wires a published plugin, or what it does besides.
 *
 * @param id - the plugin's id, which tells the plugin from the packages that it uses
 */
export function readWiring(
  module: ParsedModule,
  plugin: FunctionWithBody,
  id: string,
): OrdinaryWiring | OwnWiring {
  const imports = importsOf(module).filter(each => !isTypeOnly(module, each));
  const names = imports.map(each => `${each.module}#${each.imported}`);
  const candidates = STOCK_PACKAGES.filter(each =>
    names.some(name => name.startsWith(`${each.package}#`)),
  );
  const stock = candidates.find(each => each.id === id) ?? candidates[0];
  if (!stock) return { own: 'wires no published plugin that is known' };
  if (Object.keys(stock.wiring).length === 0) {
    return { stock, own: `sets up ${stock.id} in code, which takes modules and configuration now` };
  }
  const unknown = names.find(name => !isUnderstood(stock, name));
  if (unknown) return { stock, own: `uses ${unknown.replace('#', ' ')}` };
  const schedules: ProviderSchedule[] = [];
  const own = ownCode(module, plugin, stock, schedules);
  if (own) return { stock, own };
  const modules = names.flatMap(name => stock.wiring[name]?.modules ?? []);
  return { stock, modules: [...new Set(modules)], schedules };
}

function isUnderstood(stock: StockPackage, name: string): boolean {
  return name in stock.wiring || name.startsWith('express#');
}

/** The first thing in a plugin's function that ordinary wiring does not have. */
function ownCode(
  module: ParsedModule,
  plugin: FunctionWithBody,
  stock: StockPackage,
  schedules: ProviderSchedule[],
): string | undefined {
  const others = module.sourceFile.statements.find(
    each =>
      !ts.isImportDeclaration(each) &&
      !ts.isExportAssignment(each) &&
      !contains(each, plugin) &&
      !isTypeDeclaration(each),
  );
  if (others) return `declares ${firstLine(module, others)}`;
  const visit = (node: ts.Node): string | undefined => {
    if (isDefault(module, node, stock) || isCleanup(module, node)) return undefined;
    if (ts.isTypeNode(node)) return undefined;
    const schedule = providerSchedule(module, node, stock);
    if (schedule) {
      schedules.push(schedule);
      return undefined;
    }
    if (isOwnValue(node) || isControlFlow(node) || isEvents(node)) {
      return `has ${firstLine(module, node)}`;
    }
    return ts.forEachChild(node, visit);
  };
  return visit(plugin.body);
}

/** `createScheduledTaskRunner({ ... })` in the options of an entity provider. */
function providerSchedule(
  module: ParsedModule,
  node: ts.Node,
  stock: StockPackage,
): ProviderSchedule | undefined {
  if (!ts.isCallExpression(node) || node.arguments.length !== 1) return undefined;
  if (!/\bcreateScheduledTaskRunner$/.test(node.expression.getText(module.sourceFile))) {
    return undefined;
  }
  const call = ts.findAncestor(node.parent, ts.isCallExpression);
  const made = call?.expression;
  const binding = made && ts.isPropertyAccessExpression(made) && importOf(module, made.expression);
  const config = binding && stock.wiring[`${binding.module}#${binding.imported}`]?.config;
  const [schedule] = node.arguments;
  const text = normalised(schedule.getText(module.sourceFile));
  return config && /^\{[\w:{},]*\}$/.test(text) ? { config, schedule: text } : undefined;
}

/** Subscriptions to events, which modules make by themselves and in another way. */
function isEvents(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && /^(eventBroker|events)$/.test(node.name.text);
}

function isDefault(module: ParsedModule, node: ts.Node, { defaults = [] }: StockPackage): boolean {
  const mayBe =
    ts.isObjectLiteralExpression(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isConditionalExpression(node);
  if (!mayBe) return false;
  return defaults.includes(normalised(node.getText(module.sourceFile)));
}

function normalised(text: string): string {
  return text
    .replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, '')
    .replaceAll('"', "'")
    .replaceAll(/,(?=[}\])])/g, '')
    .replaceAll(/:\(([^()]*)\)/g, ':$1');
}

/** `useHotCleanup(module, () => ...)`: only hot reloading ever ran it. */
function isCleanup(module: ParsedModule, node: ts.Node): boolean {
  return (
    ts.isExpressionStatement(node) &&
    ts.isCallExpression(node.expression) &&
    node.expression.expression.getText(module.sourceFile) === 'useHotCleanup'
  );
}

function isOwnValue(node: ts.Node): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isSpreadElement(node) ||
    ts.isSpreadAssignment(node) ||
    ts.isArrayLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword
  );
}

function isControlFlow(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isConditionalExpression(node) ||
    ts.isBinaryExpression(node) ||
    ts.isTryStatement(node) ||
    ts.isSwitchStatement(node) ||
    ts.isThrowStatement(node)
  );
}

function isTypeDeclaration(node: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return ts.findAncestor(inner, each => each === outer) !== undefined;
}

function firstLine(module: ParsedModule, node: ts.Node): string {
  const [line] = node.getText(module.sourceFile).split('\n');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
