import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, isReference, symbolOf } from '../engine/bindings';
import type { AuthProvider } from './auth-providers';
import type { Reading } from './reading';

type ResolverFunction = ts.MethodDeclaration | ts.ArrowFunction | ts.FunctionExpression;

/** A part of the sign-in result that a resolver uses, and where it is named. */
interface ResultPart {
  readonly name: string;
  readonly node: ts.Node;
}

/** True when every part of the sign-in result that a resolver uses still exists. */
export function isSameResult(
  reading: Reading,
  resolver: ResolverFunction,
  { result }: AuthProvider,
): boolean {
  const parts = partsUsed(reading, resolver);
  return parts !== undefined && parts.every(each => Object.hasOwn(result, each.name));
}

/** Rewrites the parts of the sign-in result that have another place now. */
export function moveResult(
  reading: Reading,
  editor: MagicString,
  resolver: ResolverFunction,
  { result }: AuthProvider,
): void {
  const { sourceFile } = reading.module;
  for (const { name, node } of partsUsed(reading, resolver) ?? []) {
    const place = result[name];
    if (place === name) continue;
    if (ts.isBindingElement(node)) {
      const [outer] = place.split('.');
      const text = node.getText(sourceFile);
      editor.overwrite(node.getStart(sourceFile), node.getEnd(), `${outer}: { ${text} }`);
    } else editor.overwrite(node.getStart(sourceFile), node.getEnd(), place);
  }
}

/** The parts of `result` that a resolver reads; undefined when it hands the result on as a whole. */
function partsUsed({ module }: Reading, resolver: ResolverFunction): ResultPart[] | undefined {
  const [info] = resolver.parameters;
  if (!info) return [];
  const parts: ResultPart[] = [];
  let isWhole = false;
  const fromPattern = (pattern: ts.BindingName): void => {
    if (ts.isIdentifier(pattern)) fromVariable(pattern);
    else if (ts.isArrayBindingPattern(pattern)) isWhole = true;
    else {
      for (const element of pattern.elements) {
        if (element.dotDotDotToken) isWhole = true;
        else
          parts.push({
            name: (element.propertyName ?? element.name).getText(module.sourceFile),
            node: element,
          });
      }
    }
  };
  const fromValue = (value: ts.Expression): void => {
    const { parent } = value;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === value) {
      parts.push({ name: parent.name.text, node: parent.name });
    } else if (ts.isVariableDeclaration(parent) && parent.initializer === value) {
      fromPattern(parent.name);
    } else isWhole = true;
  };
  const fromVariable = (name: ts.Identifier): void => {
    for (const each of usesOf(name)) fromValue(each);
  };
  const usesOf = (name: ts.Identifier): ts.Identifier[] => {
    const symbol = symbolOf(module, name);
    return identifiersIn(resolver).filter(
      each => each !== name && isReference(each) && symbolOf(module, each) === symbol,
    );
  };
  const fromInfo = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) {
      for (const each of usesOf(name)) {
        const { parent } = each;
        if (ts.isPropertyAccessExpression(parent) && parent.expression === each) {
          if (parent.name.text === 'result') fromValue(parent);
        } else if (ts.isVariableDeclaration(parent) && parent.initializer === each) {
          fromInfo(parent.name);
        } else isWhole = true;
      }
    } else if (ts.isArrayBindingPattern(name)) isWhole = true;
    else {
      for (const element of name.elements) {
        const key = (element.propertyName ?? element.name).getText(module.sourceFile);
        if (element.dotDotDotToken) isWhole = true;
        else if (key === 'result') fromPattern(element.name);
      }
    }
  };
  fromInfo(info.name);
  return isWhole ? undefined : parts;
}
