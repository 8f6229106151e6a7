import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { defaultExpression } from '../engine/plugin-file/plugin-function';
import { readSource } from '../engine/read-source';
import { unwrap } from '../engine/unwrap';

/** Why a plugin's file has no function that can be converted, in words for its owner. */
export function describeExport(root: string, file: string): string {
  const module = parseModule(readSource(root, file));
  for (const statement of module.sourceFile.statements) {
    const passedOn = passedOnBy(statement);
    if (passedOn !== undefined) {
      return `passes on what ${passedOn} exports: import that file in index.ts`;
    }
    const exported = defaultExpression(statement);
    const made = exported && describeValue(module, exported);
    if (made !== undefined) return made;
  }
  return 'exports no function that makes a router';
}

/** The module in `export { x as default } from './x'`, or `export * from './x'`. */
function passedOnBy(statement: ts.Statement): string | undefined {
  if (!ts.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier: from } = statement;
  return from && ts.isStringLiteral(from) ? from.text : undefined;
}

function describeValue(module: ParsedModule, exported: ts.Expression): string | undefined {
  const value = unwrap(exported);
  const imported = importOf(module, value);
  if (imported) return `passes on what ${imported.module} exports: import that file in index.ts`;
  if (ts.isCallExpression(value)) {
    const maker = value.expression.getText(module.sourceFile);
    return `exports what ${maker}() gives, and not a function of its own`;
  }
  return undefined;
}
