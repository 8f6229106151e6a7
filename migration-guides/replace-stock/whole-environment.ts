import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, symbolOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';

/** A key that a function takes of the environment. */
export interface TakenKey {
  readonly key: string;
  /** It wants a logger of winston. */
  readonly isWinston: boolean;
}

/**
 * The keys that are taken where the environment is handed on as a whole: by a function of the file that
 * says, or shows, what it takes. Undefined where that may be anything.
 */
export function keysTakenBy(
  module: ParsedModule,
  whole: ts.Node,
  beside: MagicString,
): TakenKey[] | undefined {
  const call = whole.parent;
  const parameter = ts.isCallExpression(call) ? parameterOf(module, call, whole) : undefined;
  return parameter && (membersOf(module, parameter) ?? usedOf(module, parameter, beside));
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
