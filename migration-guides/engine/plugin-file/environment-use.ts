import { ts } from 'ts-morph';
import { referencesTo } from '../bindings';
import type { ParsedModule } from '../parse-module';
import type { FunctionWithBody } from './plugin-function';

/** A use of one key of the environment. */
export interface KeyUse {
  readonly key: string;
  /** The variable it becomes, or the whole `env.key`. */
  readonly node: ts.Identifier | ts.PropertyAccessExpression;
}

/** How a plugin's function uses its environment. */
export interface EnvironmentUse {
  readonly keys: readonly KeyUse[];
  /** Places where the environment is handed on as a whole. */
  readonly whole: readonly ts.Node[];
}

/** Finds every use of the environment that a parameter is: the first one, unless told. */
export function environmentUseOf(
  module: ParsedModule,
  plugin: FunctionWithBody,
  parameter: ts.ParameterDeclaration | undefined = plugin.parameters[0],
): EnvironmentUse {
  const keys: KeyUse[] = [];
  const whole: ts.Node[] = [];
  if (parameter) fromBinding(module, parameter.name, plugin, keys, whole);
  return { keys, whole };
}

function fromBinding(
  module: ParsedModule,
  name: ts.BindingName,
  plugin: FunctionWithBody,
  keys: KeyUse[],
  whole: ts.Node[],
): void {
  if (ts.isObjectBindingPattern(name)) {
    for (const element of name.elements) {
      if (element.dotDotDotToken || !ts.isIdentifier(element.name)) whole.push(element);
      else {
        const key = element.propertyName ?? element.name;
        keys.push({ key: key.getText(module.sourceFile), node: element.name });
      }
    }
    return;
  }
  if (!ts.isIdentifier(name)) {
    whole.push(name);
    return;
  }
  for (const reference of referencesTo(module, name, plugin)) {
    const { parent } = reference;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === reference) {
      keys.push({ key: parent.name.text, node: parent });
    } else if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)) {
      fromBinding(module, parent.name, plugin, keys, whole);
    } else {
      whole.push(reference);
    }
  }
}
