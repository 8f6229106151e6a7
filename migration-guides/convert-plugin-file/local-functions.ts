import { ts } from 'ts-morph';
import { declarationOf, referencesTo } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { environmentUseOf, type EnvironmentUse } from '../engine/plugin-file/environment-use';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { unwrap } from '../engine/unwrap';

/** How a plugin's function and those of its file that it hands its environment to use it. */
export interface FollowedUse extends EnvironmentUse {
  /** The parameters that get the environment. */
  readonly parameters: readonly ts.ParameterDeclaration[];
}

/** Follows the environment into functions of the same file that get nothing else in its place. */
export function followEnvironment(
  module: ParsedModule,
  plugin: FunctionWithBody,
  parameter: ts.ParameterDeclaration | undefined = plugin.parameters[0],
): FollowedUse {
  const keys: EnvironmentUse['keys'][number][] = [];
  const whole: ts.Node[] = [];
  const parameters: ts.ParameterDeclaration[] = [];
  const handed = new Set<ts.Node>();
  const visit = (made: FunctionWithBody, own: ts.ParameterDeclaration): void => {
    parameters.push(own);
    const use = environmentUseOf(module, made, own);
    keys.push(...use.keys);
    for (const node of use.whole) {
      const target = receiverOf(module, node);
      if (!target) whole.push(node);
      else {
        handed.add(node);
        if (!parameters.includes(target.parameter)) visit(target.function, target.parameter);
      }
    }
  };
  if (parameter) visit(plugin, parameter);
  for (const node of handed) if (!isOnlyReceiver(module, node, handed)) whole.push(node);
  return { keys, whole, parameters };
}

interface Receiver {
  readonly name: ts.Identifier;
  readonly function: FunctionWithBody;
  readonly parameter: ts.ParameterDeclaration;
  readonly index: number;
}

/** The function of this file that a value is an argument of. */
function receiverOf(module: ParsedModule, argument: ts.Node): Receiver | undefined {
  const call = argument.parent;
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined;
  const index = call.arguments.indexOf(argument as ts.Expression);
  const declaration = declarationOf(module, call.expression);
  const made = declaration && functionOf(declaration);
  const parameter = made?.parameters[index];
  if (!made || !parameter || parameter.dotDotDotToken) return undefined;
  const name = ts.isFunctionDeclaration(made) ? made.name : nameOf(declaration);
  return name && { name, function: made, parameter, index };
}

function functionOf(declaration: ts.Declaration): FunctionWithBody | undefined {
  if (ts.isFunctionDeclaration(declaration)) {
    return declaration.body ? (declaration as FunctionWithBody) : undefined;
  }
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const made = unwrap(declaration.initializer);
  return ts.isArrowFunction(made) || ts.isFunctionExpression(made) ? made : undefined;
}

function nameOf(declaration: ts.Declaration): ts.Identifier | undefined {
  return ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name)
    ? declaration.name
    : undefined;
}

/** True when nobody else calls the function, with something else. */
function isOnlyReceiver(
  module: ParsedModule,
  argument: ts.Node,
  handed: ReadonlySet<ts.Node>,
): boolean {
  const target = receiverOf(module, argument);
  if (!target || isExported(target.function)) return false;
  return referencesTo(module, target.name).every(each => {
    const call = each.parent;
    return (
      ts.isCallExpression(call) &&
      call.expression === each &&
      handed.has(call.arguments[target.index])
    );
  });
}

function isExported(made: FunctionWithBody): boolean {
  const statement = ts.findAncestor(made, each => ts.isSourceFile(each.parent));
  const modifiers = statement && ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : [];
  return (modifiers ?? []).some(each => each.kind === ts.SyntaxKind.ExportKeyword);
}
