import { codeStyleOf, indented, printCall, quoted } from './code-style';
import { ts } from 'ts-morph';
import { importOf, importsOf, referencesTo } from './bindings';
import { settleImports, type NewImport } from './edit-imports';
import type { LiftedPlugin } from './lifted-plugin';
import type { ParsedModule } from './parse-module';
import type { FileEdit } from './plan';
import { editorOf, fileEdit, indentOf, lineRange } from './source-edit';

/**
 * Replaces the legacyPlugin call in index.ts by imports of features of the new system.
 *
 * @param specifiers - the plugin itself, then modules
 * @param factories - service factories that the plugin needs, where the backend has none yet
 */
export function replaceFeature(
  lifted: LiftedPlugin,
  specifiers: readonly string[],
  factories: readonly NewImport[] = [],
): FileEdit | undefined {
  const style = codeStyleOf(lifted.backend.module);
  const features = specifiers.map(each => `import(${quoted(each, style)})`);
  return replaceByFeatures(lifted, features, factories);
}

/**
 * Replaces the legacyPlugin call in index.ts by other features, as they are written there.
 *
 * @param imports - what they need
 */
export function replaceByFeatures(
  { backend, feature }: LiftedPlugin,
  features: readonly string[],
  factories: readonly NewImport[] = [],
  imports: readonly NewImport[] = [],
): FileEdit | undefined {
  const { module } = backend;
  const style = codeStyleOf(module);
  const start = feature.statement.getStart(module.sourceFile);
  const indent = ' '.repeat(indentOf(module, feature.statement));
  const isYield = /^yield\b/.test(module.text.slice(start));
  const receiver = /^(\w+)\.add\(/.exec(module.text.slice(start))?.[1] ?? 'backend';
  const printAdded = (each: string): string => {
    const added = isYield
      ? `yield ${each}`
      : each.includes('\n')
        ? `${receiver}.add(\n  ${indented(each, 2)},\n)`
        : printCall(`${receiver}.add`, [each], indent.length);
    return added + style.semicolon;
  };
  const present = importsOf(module);
  const missing = factories.filter(
    each => !present.some(own => own.module === each.module && own.imported === each.name),
  );
  const lines = [...missing.map(each => each.name), ...features].map(each =>
    indented(printAdded(each), indent.length),
  );
  const editor = editorOf(module);
  editor.overwrite(start, feature.statement.getEnd(), lines.join(`\n${indent}`));
  for (const each of onlyUsedIn(module, feature.statement)) {
    const { start: from, end } = lineRange(module, each);
    editor.remove(from, end + (module.text[end] === '\n' ? 1 : 0));
  }
  return fileEdit(module, settleImports(module, editor.toString(), [...imports, ...missing]));
}

/** What the lift declared for old plugins, when a statement was the last that used it. */
function onlyUsedIn(module: ParsedModule, statement: ts.Statement): ts.Statement[] {
  const gone: ts.Statement[] = [statement];
  const makers = module.sourceFile.statements.filter(each => isMaker(module, each)).toReversed();
  for (const maker of makers) {
    const names = maker.declarationList.declarations.map(each => each.name).filter(ts.isIdentifier);
    const isUsed = names
      .flatMap(each => referencesTo(module, each))
      .some(each => !ts.findAncestor(each, parent => gone.some(own => own === parent)));
    if (!isUsed && names.some(each => referencesTo(module, each).length > 0)) gone.push(maker);
  }
  return gone.slice(1);
}

/** `const legacyPlugin = makeLegacyPlugin(...)`, and the services that it is given. */
function isMaker(module: ParsedModule, statement: ts.Statement): statement is ts.VariableStatement {
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(({ initializer }) => {
      const name =
        initializer && ts.isCallExpression(initializer)
          ? importOf(module, initializer.expression)?.imported
          : undefined;
      return name === 'makeLegacyPlugin' || name === 'createServiceRef';
    })
  );
}
