import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import type { ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';

/** Marks a declaration as deprecated, in its doc comment where it has one. */
export function deprecate(
  module: ParsedModule,
  editor: MagicString,
  node: ts.Node,
  advice: string,
): void {
  const { text, sourceFile } = module;
  const start = node.getStart(sourceFile);
  const indent = ' '.repeat(indentOf(module, node));
  const comment = (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
    .filter(each => text.startsWith('/**', each.pos))
    .at(-1);
  if (!comment || isFileHeader(module, comment, start)) {
    const lines = ['/**', ` * @deprecated ${advice}`, ' */'];
    editor.appendLeft(start, `${lines.join(`\n${indent}`)}\n${indent}`);
    return;
  }
  const body = text.slice(comment.pos, comment.end);
  if (body.includes('@deprecated')) return;
  if (body.includes('\n')) {
    const end = /[ \t]*\*\/$/.exec(body)?.[0].length ?? 2;
    editor.appendLeft(comment.end - end, `${indent} * @deprecated ${advice}\n`);
  } else {
    const words = body.replace(/^\/\*\*\s*/, '').replace(/\s*\*\/$/, '');
    editor.overwrite(
      comment.pos,
      comment.end,
      `/**\n${indent} * ${words}\n${indent} *\n${indent} * @deprecated ${advice}\n${indent} */`,
    );
  }
}

/** A licence at the top, which is not about what follows it. */
function isFileHeader(module: ParsedModule, comment: ts.CommentRange, start: number): boolean {
  if (comment.pos > 0 && module.text.slice(0, comment.pos).trim() !== '') return false;
  const isApart = /\n\s*\n/.test(module.text.slice(comment.end, start));
  return isApart || /copyright|licen[cs]e/i.test(module.text.slice(comment.pos, comment.end));
}
