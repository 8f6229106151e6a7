import MagicString from 'magic-string';
import { ts } from 'ts-morph';
import type { ParsedModule } from './parse-module';
import type { FileEdit } from './plan';
import type { SourceText } from './read-source';

/** A file's edit: byte order mark and line ends stay as they are on disk. */
export function fileEdit(source: SourceText, text: string): FileEdit | undefined {
  const after = source.bom + withLineEnds(text, source.eol);
  return after === source.original
    ? undefined
    : { file: source.file, before: source.original, after };
}

/** The line ends that the file has on disk. */
function withLineEnds(text: string, eol: string): string {
  return eol === '\n' ? text : text.replaceAll('\n', eol);
}

export function editorOf(module: ParsedModule): MagicString {
  return new MagicString(module.text);
}

/** The range of a statement with the comments that stand directly above it and its line end. */
export function lineRange(module: ParsedModule, node: ts.Node): { start: number; end: number } {
  const { text, sourceFile } = module;
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  let start = node.getStart(sourceFile);
  for (const comment of comments.toReversed()) {
    if (/\n\s*\n/.test(text.slice(comment.end, start).replaceAll('\r', ''))) break;
    if (!isFirstOnLine(text, comment.pos)) break;
    start = comment.pos;
  }
  return { start: lineStart(text, start), end: lineEnd(text, node.getEnd()) };
}

export function lineStart(text: string, position: number): number {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  return text.slice(start, position).trim() === '' ? start : position;
}

export function lineEnd(text: string, position: number): number {
  const rest = /^[ \t]*\r?\n/.exec(text.slice(position));
  return position + (rest?.[0].length ?? 0);
}

function isFirstOnLine(text: string, position: number): boolean {
  return lineStart(text, position) !== position || position === 0 || text[position - 1] === '\n';
}

/** The spaces that a node's line starts with. */
export function indentOf(module: ParsedModule, node: ts.Node): number {
  const start = node.getStart(module.sourceFile);
  const from = module.text.lastIndexOf('\n', start - 1) + 1;
  return /^[ \t]*/.exec(module.text.slice(from))?.[0].length ?? 0;
}

/**
 * Moves a node's lines (all but the first) left or right. Lines inside template literals stay.
 *
 * @param by - spaces to add; negative to remove
 * @param except - what has been edited inside: lines that begin after its start and up to its end stay
 */
export function reindent(
  module: ParsedModule,
  editor: MagicString,
  node: ts.Node,
  by: number,
  except: readonly ts.TextRange[] = [],
): void {
  if (by === 0) return;
  const kept = [
    ...except,
    ...templatesIn(node).map(each => ({ pos: each.getStart(), end: each.end })),
  ];
  const start = node.getStart(module.sourceFile);
  for (let at = module.text.indexOf('\n', start); at !== -1 && at < node.getEnd();) {
    const line = at + 1;
    if (!kept.some(({ pos, end }) => pos < line && line <= end)) {
      if (by > 0 && !/[\r\n]/.test(module.text[line] ?? '')) {
        editor.appendLeft(line, ' '.repeat(by));
      } else if (by < 0) {
        const spaces = /^[ \t]*/.exec(module.text.slice(line, line - by))?.[0].length ?? 0;
        if (spaces > 0) editor.remove(line, line + spaces);
      }
    }
    at = module.text.indexOf('\n', line);
  }
}

function templatesIn(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isTemplateLiteral(each)) found.push(each);
    else ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}
