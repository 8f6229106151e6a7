import type { ts } from 'ts-morph';
import { indented } from '../engine/code-style';
import { manualText } from '../engine/finish/manual-comment';
import { indentOf } from '../engine/source-edit';
import type { LiftContext, Obstacle } from './lift-context';

/** A part of what main() turns into. */
export interface Piece {
  readonly text: string;
  /** It must run when the configuration is known, inside a feature loader. */
  readonly late: boolean;
  readonly blankBefore: boolean;
}

/** Spaces by which the body of a feature loader is indented. */
export const LOADER_INDENT = 6;

/** The new text of a statement with the comments that stood above it and beside it. */
export function withComments(
  context: LiftContext,
  node: ts.Node,
  text: string,
  late: boolean,
): Piece {
  const { module } = context.old;
  const indent = late ? LOADER_INDENT : 0;
  const before = module.text.slice(node.getFullStart(), context.startOf(node));
  const restOfLine = /^[^\n]*\n/.exec(before)?.[0] ?? '';
  const comments = dedented(before.slice(restOfLine.length), indentOf(module, node)).trim();
  const above = comments === '' ? '' : `${indented(comments, indent)}\n${' '.repeat(indent)}`;
  const beside = /^[ \t]*(\/\/[^\n]*|\/\*[^\n]*\*\/)(?=[ \t]*\n)/.exec(
    module.text.slice(node.getEnd()),
  );
  return {
    text: above + text + (beside?.[0] ?? ''),
    late,
    blankBefore: /\n[ \t]*\n/.test(before),
  };
}

/** Mounts that somebody made a comment of, above a statement that goes. */
export function disabledPlugins(context: LiftContext, node: ts.Node): Piece[] {
  const { text } = context.old.module;
  const above = text.slice(node.getFullStart(), context.startOf(node)).split('\n');
  const lines = above
    .map(each => each.trim())
    .filter(each => /^\/\/.*\.(use|addRouter)\(.*\)/.test(each));
  return lines.length > 0
    ? [{ text: lines.join('\n'), late: false, blankBefore: /\n[ \t]*\n/.test(above.join('\n')) }]
    : [];
}

/** A statement that is left to a person: its text as a comment, with the reason. */
export function manualPiece(context: LiftContext, node: ts.Node, obstacle: Obstacle): Piece {
  context.declaredBy(node).forEach(symbol => context.lost.add(symbol));
  return commentedPiece(context, node, obstacle);
}

/** The same for a statement that only such statements need: why they are left stays as it is. */
export function commentedPiece(context: LiftContext, node: ts.Node, obstacle: Obstacle): Piece {
  const text = dedented(context.textOf(node), indentOf(context.old.module, node));
  return withComments(context, node, manualComment(context, node, text, obstacle), false);
}

/** Code that is left to a person, as a comment. It is reported as manual. */
export function manualComment(
  context: LiftContext,
  node: ts.Node,
  text: string,
  { reason, anchor }: Obstacle,
): string {
  context.entry(node, 'manual', reason, anchor);
  context.manual.add(node);
  const lines = [manualText(reason, `lift#${anchor}`), ...text.split('\n')];
  return lines.map(line => `// ${line}`.trimEnd()).join('\n');
}

/** Text without the indentation that its first line had. */
function dedented(text: string, indent: number): string {
  return text.replaceAll(new RegExp(`(^|\\n)[ \\t]{1,${Math.max(indent, 1)}}`, 'g'), '$1');
}
