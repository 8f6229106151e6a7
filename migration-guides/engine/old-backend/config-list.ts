import { ts } from 'ts-morph';
import { importOf } from '../bindings';
import type { ParsedModule } from '../parse-module';

/**
 * The argument of `ConfigReader.fromConfigs(configs)`: before version 0.1.1 of backend-common,
 * loadBackendConfig gave a list.
 */
export function configList(
  module: ParsedModule,
  { expression: callee, arguments: [list] }: ts.CallExpression,
): ts.Expression | undefined {
  return ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 'fromConfigs' &&
    importOf(module, callee.expression)?.imported === 'ConfigReader'
    ? list
    : undefined;
}
