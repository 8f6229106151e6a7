import { ts } from 'ts-morph';
import { importsOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { isTypeOnly } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { STOCK_PACKAGES, type StockPackage } from './stock-packages';

/** A file that does no more than wire a published plugin. */
export interface OrdinaryWiring {
  readonly stock: StockPackage;
  /** Packages with the modules that it stands for. */
  readonly modules: readonly string[];
}

/** What a file does that the published plugin would not do by itself. */
export interface OwnWiring {
  readonly stock?: StockPackage;
  readonly own: string;
}

/** Tells whether a plugin's file only wires a published plugin, or what it does besides. */
export function readWiring(
  module: ParsedModule,
  plugin: FunctionWithBody,
): OrdinaryWiring | OwnWiring {
  const imports = importsOf(module).filter(each => !isTypeOnly(module, each));
  const names = imports.map(each => `${each.module}#${each.imported}`);
  const stock = STOCK_PACKAGES.find(
    each => names.some(name => name.startsWith(`${each.package}#`)) && fits(each, names),
  );
  if (!stock) {
    const closest = STOCK_PACKAGES.find(each =>
      names.some(name => name.startsWith(`${each.package}#`)),
    );
    const own = names.find(name => closest && !isUnderstood(closest, name));
    return {
      stock: closest,
      own: own ? `uses ${own.replace('#', ' ')}` : 'wires no published plugin that is known',
    };
  }
  const own = ownCode(module, plugin, stock);
  if (own) return { stock, own };
  const modules = names.flatMap(name => stock.wiring[name]?.modules ?? []);
  return { stock, modules: [...new Set(modules)] };
}

function fits(stock: StockPackage, names: readonly string[]): boolean {
  return names.every(name => isUnderstood(stock, name));
}

function isUnderstood(stock: StockPackage, name: string): boolean {
  return name in stock.wiring || name.startsWith('express#');
}

/** The first thing in a plugin's function that ordinary wiring does not have. */
function ownCode(
  module: ParsedModule,
  plugin: FunctionWithBody,
  stock: StockPackage,
): string | undefined {
  const others = module.sourceFile.statements.find(
    each => !ts.isImportDeclaration(each) && !contains(each, plugin) && !isTypeDeclaration(each),
  );
  if (others) return `declares ${firstLine(module, others)}`;
  const visit = (node: ts.Node): string | undefined => {
    if (isDefault(module, node, stock) || isCleanup(module, node)) return undefined;
    if (ts.isTypeNode(node)) return undefined;
    if (isOwnValue(node) || isControlFlow(node)) return `has ${firstLine(module, node)}`;
    return ts.forEachChild(node, visit);
  };
  return visit(plugin.body);
}

function isDefault(module: ParsedModule, node: ts.Node, { defaults = [] }: StockPackage): boolean {
  if (!ts.isObjectLiteralExpression(node) && !ts.isStringLiteralLike(node)) return false;
  return defaults.includes(normalised(node.getText(module.sourceFile)));
}

function normalised(text: string): string {
  return text
    .replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, '')
    .replaceAll('"', "'")
    .replaceAll(/,(?=[}\])])/g, '');
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
