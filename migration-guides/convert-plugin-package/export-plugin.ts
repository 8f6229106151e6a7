import { posix } from 'node:path';
import { ts } from 'ts-morph';
import { settleImports } from '../engine/edit-imports';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import type { FileEdit } from '../engine/plan';
import type { PluginFile } from '../engine/plugin-file/read-plugin-file';
import { editorOf, fileEdit, lineRange } from '../engine/source-edit';

/** A plugin of the new system, and how it becomes the default export of its package. */
export interface ExportedPlugin {
  readonly name: string;
  /** Its file, relative to the root. */
  readonly file: string;
  /** The package's `src`. */
  readonly folder: string;
  /** The package's index.ts; undefined where it has none. */
  readonly index: ParsedModule | undefined;
  /** The file that makes the router, which a new index.ts passes on. */
  readonly router: string;
  /** A default export that handed over the environment: it goes. */
  readonly old: PluginFile | undefined;
}

/**
 * Adds `export { xPlugin as default } from './plugin';` to the index.ts of a package.
 *
 * @throws Obstacle when there is another default export
 */
export function exportPlugin(plugin: ExportedPlugin): FileEdit | undefined {
  const { folder, index: module, old } = plugin;
  const pathTo = (file: string): string =>
    `./${posix.relative(folder, file).replace(/\.tsx?$/, '')}`;
  const line = `export { ${plugin.name} as default } from '${pathTo(plugin.file)}';\n`;
  if (!module) {
    const after = `export * from '${pathTo(plugin.router)}';\n${line}`;
    return { file: posix.join(folder, 'index.ts'), before: null, after };
  }
  const editor = editorOf(module);
  if (old) removeFunction(module, editor, old.plugin);
  else if (hasDefaultExport(module)) {
    throw new Obstacle('has a default export of its own', 'default-export');
  }
  const text = editor.toString();
  const added = styled(line, module);
  if (old) {
    const rest = text.trimEnd();
    return fileEdit(module, settleImports(module, rest === '' ? added : `${rest}\n${added}`, []));
  }
  return fileEdit(module, text === '' || text.endsWith('\n') ? text + added : `${text}\n${added}`);
}

/** True when a file has a default export. */
export function hasDefaultExport({ checker, sourceFile }: ParsedModule): boolean {
  const symbol = checker.getSymbolAtLocation(sourceFile);
  return symbol?.exports?.has(ts.InternalSymbolName.Default) ?? false;
}

/** A line of code in the quotes of a file, and with its semicolons. */
function styled(line: string, { text, sourceFile }: ParsedModule): string {
  const first = sourceFile.statements.find(
    each => ts.isImportDeclaration(each) || ts.isExportDeclaration(each),
  );
  const like = first?.getText(sourceFile) ?? text;
  const quotedLine = like.includes('"') && !like.includes("'") ? line.replaceAll("'", '"') : line;
  return first && !like.endsWith(';') ? quotedLine.replace(';\n', '\n') : quotedLine;
}

function removeFunction(
  module: ParsedModule,
  editor: ReturnType<typeof editorOf>,
  { pos, end }: ts.Node,
): void {
  const statement = module.sourceFile.statements.find(each => each.pos <= pos && end <= each.end);
  if (!statement) return;
  const range = lineRange(module, statement);
  editor.remove(range.start, range.end);
  const assignment = module.sourceFile.statements.find(ts.isExportAssignment);
  if (assignment && assignment !== statement) {
    const again = lineRange(module, assignment);
    editor.remove(again.start, again.end);
  }
}
