import { posix } from 'node:path';
import { codeStyleOf, quoted } from '../engine/code-style';
import { withDependencies } from '../engine/edit-package-json';
import type { BackendProject } from '../engine/find-project';
import type { NewBackend } from '../engine/new-backend/read-new-backend';
import type { FileEdit } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { editorOf, fileEdit } from '../engine/source-edit';
import type { NewFeature } from './new-feature';
import { ts } from 'ts-morph';

/**
 * Adds a feature after the last one that index.ts adds, or before the backend is started; undefined when
 * neither is found.
 */
export function addToIndex({ module, features }: NewBackend, name: string): FileEdit | undefined {
  const style = codeStyleOf(module);
  const last = features.findLast(({ statement }) => ts.isSourceFile(statement.parent))?.statement;
  const start = module.sourceFile.statements.find(each => receiverOf(each, 'start') !== undefined);
  const anchor = last ?? start;
  const receiver = (last && receiverOf(last, 'add')) ?? (start && receiverOf(start, 'start'));
  if (!anchor || receiver === undefined) return undefined;
  const line = `${receiver}.add(import(${quoted(name, style)}))${style.semicolon}`;
  const editor = editorOf(module);
  if (anchor === last) editor.appendLeft(last.getEnd(), `\n${line}`);
  else editor.appendLeft(anchor.getStart(module.sourceFile), `${line}\n\n`);
  return fileEdit(module, editor.toString());
}

/** The variable whose method a statement calls. */
function receiverOf(statement: ts.Statement, method: string): string | undefined {
  return new RegExp(`^(?:await\\s+|void\\s+)?(\\w+)\\s*\\.${method}\\(`).exec(
    statement.getText(),
  )?.[1];
}

/** Makes the backend depend on a package of the repository, as it does on others. */
export function addToManifest(
  { root, backend }: BackendProject,
  { name, folder }: NewFeature,
): FileEdit | undefined {
  const source = readSource(root, posix.join(backend, 'package.json'));
  const { dependencies = {} } = JSON.parse(source.text) as {
    dependencies?: Record<string, string>;
  };
  const ranges = Object.values(dependencies);
  const path = posix.relative(backend, folder);
  const range =
    ranges.find(each => /^workspace:[\^~*]$/.test(each)) ??
    (ranges.some(each => each.startsWith('link:')) ? `link:${path}` : '^0.1.0');
  return fileEdit(source, withDependencies(source, new Map([[name, range]])).text);
}
