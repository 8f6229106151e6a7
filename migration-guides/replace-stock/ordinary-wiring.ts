import { ts } from 'ts-morph';
import { importOf, isReference } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { isListArgument } from './list-argument';
import { isBuilder, isBuilt, isOwnDeclaration, type Reading } from './reading';
import type { StockPackage } from './stock-package';

/** Imports that say nothing about what a plugin does. */
const ALWAYS_ORDINARY = new Set([
  'winston#Logger',
  '@backstage/backend-common#loggerToWinstonLogger',
  '@backstage/backend-common#useHotCleanup',
]);

/** The first thing in a piece of a plugin's function that ordinary wiring does not have. */
export function ownCode(reading: Reading, node: ts.Node): string | undefined {
  const { module, stock } = reading;
  const visit = (each: ts.Node): string | undefined => {
    if (isDefault(module, each, stock) || isOldScheduling(reading, each)) return undefined;
    if (isListArgument(reading, each)) return undefined;
    if (ts.isTypeNode(each) || isTypeGuard(module, each)) return undefined;
    if (ts.isIdentifier(each) && isReference(each)) return foreign(reading, each);
    if (isOwnValue(each) || isControlFlow(each) || isEvents(each)) {
      return `has ${firstLine(module, each)}`;
    }
    return ts.forEachChild(each, visit);
  };
  return visit(node);
}

/** A name that ordinary wiring does not use. */
function foreign(reading: Reading, identifier: ts.Identifier): string | undefined {
  const binding = importOf(reading.module, identifier);
  if (binding) {
    const name = `${binding.module}#${binding.imported}`;
    return isUnderstood(reading.stock, name) ? undefined : `uses ${name.replace('#', ' ')}`;
  }
  return isOwnDeclaration(reading, identifier) ? `uses ${identifier.text}` : undefined;
}

export function isUnderstood(stock: StockPackage, name: string): boolean {
  return name in stock.wiring || ALWAYS_ORDINARY.has(name) || name.startsWith('express');
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

/** `logger instanceof Logger ? logger : loggerToWinstonLogger(logger)`. */
function isTypeGuard(module: ParsedModule, node: ts.Node): boolean {
  return (
    ts.isConditionalExpression(node) &&
    /^(\S+)instanceofLogger\?\1:loggerToWinstonLogger\(\1\)$/.test(
      normalised(node.getText(module.sourceFile)).replace(/^(\S+?)instanceof/, '$1instanceof'),
    )
  );
}

/**
 * What the new plugin starts and stops by itself: `useHotCleanup(module, () => ...)`, which only hot
 * reloading ever ran, and `setTimeout(() => scheduler.start(), 3000)`.
 */
function isOldScheduling(reading: Reading, node: ts.Node): boolean {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return false;
  const { expression: callee, arguments: given } = node.expression;
  const name = callee.getText(reading.module.sourceFile);
  if (name === 'useHotCleanup') return true;
  const [action] = given;
  if (name !== 'setTimeout' || !action || !ts.isArrowFunction(action)) return false;
  const call = action.body;
  return (
    ts.isCallExpression(call) &&
    ts.isPropertyAccessExpression(call.expression) &&
    call.expression.name.text === 'start' &&
    (isBuilt(reading, call.expression.expression) || isBuilder(reading, call.expression.expression))
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

function firstLine(module: ParsedModule, node: ts.Node): string {
  const [line] = node.getText(module.sourceFile).split('\n');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
