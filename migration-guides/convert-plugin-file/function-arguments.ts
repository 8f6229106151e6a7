import { ts } from 'ts-morph';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { unwrap } from '../engine/unwrap';

/** What a plugin's function is called with: the whole environment, or one key of it. */
export type FunctionArgument = 'environment' | { readonly key: string };

/** How a plugin's function is called. */
export interface PluginArguments {
  readonly values: readonly FunctionArgument[];
  /** Nobody waits for what it gives: `void start(env)`. */
  readonly isDetached: boolean;
}

/** Keys that can be handed over by themselves: nothing else takes their place. */
const PLAIN_KEYS = new Set(['config', 'database', 'discovery', 'reader', 'scheduler']);

/**
 * The arguments of a plugin's function: its environment, or what a function in index.ts that is around
 * it hands over, as in `env => plugin(env.config, env)`.
 *
 * @throws Obstacle when there are others
 */
export function argumentsOf(
  { call, feature }: LiftedPlugin,
  plugin: FunctionWithBody,
): PluginArguments {
  if (call.exported !== undefined) {
    if (plugin.parameters.length > 1) throw new Obstacle('takes further arguments', 'before');
    return { values: plugin.parameters.map(() => 'environment'), isDetached: false };
  }
  const handed = handedBy(feature.expression);
  if (handed?.values.length !== plugin.parameters.length) {
    throw new Obstacle('is wrapped in a function in index.ts', 'options');
  }
  return handed;
}

/** True where the function of a plugin's file is called with its environment, or with keys of it. */
export function isOfFile({ call, feature, source }: LiftedPlugin): boolean {
  return (
    source !== undefined &&
    (call.exported !== undefined || handedBy(feature.expression) !== undefined)
  );
}

/** The arguments in `import('x').then(({ default: x }) => ({ default: env => x(env.config, env) }))`. */
function handedBy(expression: ts.Expression): PluginArguments | undefined {
  const made = unwrap(expression);
  const source = ts.isCallExpression(made) ? made.arguments[1] : undefined;
  const then = source && unwrap(source);
  if (!then || !ts.isCallExpression(then) || then.arguments.length !== 1) return undefined;
  if (!/^import\(\s*['"][^'"]+['"],?\s*\)\s*\.then$/.test(then.expression.getText()))
    return undefined;
  const wrapper = resultOf(then.arguments[0]);
  const property =
    wrapper &&
    ts.isObjectLiteralExpression(wrapper.result) &&
    wrapper.result.properties.length === 1
      ? wrapper.result.properties[0]
      : undefined;
  if (!property || !ts.isPropertyAssignment(property) || property.name.getText() !== 'default') {
    return undefined;
  }
  const inner = resultOf(property.initializer);
  const environment = inner?.parameter.name;
  const result = inner && unwrap(inner.result);
  const isDetached = result !== undefined && ts.isVoidExpression(result);
  const call = isDetached ? result.expression : result;
  if (!environment || !ts.isIdentifier(environment) || !call || !ts.isCallExpression(call)) {
    return undefined;
  }
  if (!isDefaultOf(wrapper?.parameter, call.expression)) return undefined;
  const args = call.arguments.map(each => argumentOf(each, environment.text));
  if (args.some(each => each === undefined)) return undefined;
  return { values: args.flatMap(each => each ?? []), isDetached };
}

/** The one parameter of an arrow function, and the expression that it gives. */
function resultOf(
  node: ts.Expression,
): { readonly parameter: ts.ParameterDeclaration; readonly result: ts.Expression } | undefined {
  const made = unwrap(node);
  if (!ts.isArrowFunction(made) || ts.isBlock(made.body)) return undefined;
  const [parameter, ...others] = made.parameters;
  return parameter && others.length === 0 ? { parameter, result: unwrap(made.body) } : undefined;
}

/** True for `x` where the module is taken apart as `{ default: x }`. */
function isDefaultOf(
  parameter: ts.ParameterDeclaration | undefined,
  callee: ts.Expression,
): boolean {
  if (!parameter || !ts.isObjectBindingPattern(parameter.name) || !ts.isIdentifier(callee)) {
    return false;
  }
  const [element, ...others] = parameter.name.elements;
  return (
    others.length === 0 &&
    element?.propertyName?.getText() === 'default' &&
    element.name.getText() === callee.text
  );
}

function argumentOf(node: ts.Expression, environment: string): FunctionArgument | undefined {
  const value = unwrap(node);
  if (ts.isIdentifier(value)) return value.text === environment ? 'environment' : undefined;
  if (!ts.isPropertyAccessExpression(value)) return undefined;
  const key = value.name.text;
  return value.expression.getText() === environment && PLAIN_KEYS.has(key) ? { key } : undefined;
}
