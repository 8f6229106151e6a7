import { ts } from 'ts-morph';
import type { ParsedModule } from '../engine/parse-module';
import { lineRange } from '../engine/source-edit';

/** A line that ends or begins as those of code do, and those of sentences do not. */
const CODE = /[;{(]$|^[})\]]/;

/** How many lines of comments in a text are code that somebody took out. */
export function commentedLines(text: string): number {
  const blocks = text.match(/(?:^[ \t]*\/\/.*\n?)+|\/\*[\s\S]*?\*\//gm) ?? [];
  const lines = blocks.filter(isCode).map(each => each.trimEnd().split('\n').length);
  return lines.reduce((total, each) => total + each, 0);
}

/**
 * Code in comments above a statement.
 *
 * @param isKept - the statement stays, and with it the comment that stands directly above it
 */
export function commentedAbove(
  module: ParsedModule,
  statement: ts.Statement,
  isKept: boolean,
): string | undefined {
  const comments = ts.getLeadingCommentRanges(module.text, statement.getFullStart()) ?? [];
  if (comments.length === 0) return undefined;
  const end = isKept ? lineRange(module, statement).start : statement.getStart(module.sourceFile);
  const blocks = module.text
    .slice(comments[0].pos, Math.max(end, comments[0].pos))
    .split(/\n\s*\n/)
    .filter(isCode);
  return blocks.length > 0 ? blocks.map(each => each.trim()).join('\n') : undefined;
}

function isCode(comment: string): boolean {
  return comment
    .split('\n')
    .map(line => line.replace(/^\s*(\/\/+|\/\*+|\*+\/?)|\*\/\s*$/g, '').trim())
    .some(line => CODE.test(line));
}
