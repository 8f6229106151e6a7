import { codeStyleOf, printCall, quoted } from './code-style';
import { settleImports } from './edit-imports';
import type { LiftedPlugin } from './lifted-plugin';
import type { FileEdit } from './plan';
import { editorOf, fileEdit, indentOf } from './source-edit';

/**
 * Replaces the legacyPlugin call in index.ts by imports of features of the new system.
 *
 * @param specifiers - the plugin itself, then modules
 */
export function replaceFeature(
  { backend, feature }: LiftedPlugin,
  specifiers: readonly string[],
): FileEdit | undefined {
  const { module } = backend;
  const style = codeStyleOf(module);
  const start = feature.statement.getStart(module.sourceFile);
  const indent = ' '.repeat(indentOf(module, feature.statement));
  const isYield = /^yield\b/.test(module.text.slice(start));
  const receiver = /^(\w+)\.add\(/.exec(module.text.slice(start))?.[1] ?? 'backend';
  const lines = specifiers.map(specifier => {
    const imported = `import(${quoted(specifier, style)})`;
    const added = isYield
      ? `yield ${imported}`
      : printCall(`${receiver}.add`, [imported], indent.length);
    return added + style.semicolon;
  });
  const editor = editorOf(module);
  editor.overwrite(start, feature.statement.getEnd(), lines.join(`\n${indent}`));
  return fileEdit(module, settleImports(module, editor.toString(), []));
}
