import { ts } from 'ts-morph';
import { parseDocument } from 'yaml';
import type { ReportEntry } from '../plan';
import { linesAfter } from './line-after';

/** Comments that are about the line below them, and lose their meaning when another comes between. */
const DIRECTIVE =
  /^\s*(\/\/|\/\*)\s*(eslint-disable-next-line|@ts-(ignore|expect-error)|prettier-ignore|(istanbul|c8|v8) ignore)/;

/**
 * Tells above which line of an edited file the comment about an entry can stand.
 *
 * @param before - the lines that the entries are about
 * @returns a function that gives 0-based lines, undefined where there is none; undefined for a file that
 * does not parse
 */
export function commentPlacer(
  file: string,
  before: readonly string[],
  after: readonly string[],
): ((entry: ReportEntry) => number | undefined) | undefined {
  const text = after.join('\n');
  const lineAfter = linesAfter(before, after);
  if (/\.ya?ml$/.test(file)) {
    if (parseDocument(text).errors.length > 0) return undefined;
    return ({ line, reason }) => (line === undefined ? undefined : lineAfter(line - 1, reason));
  }
  const source = parsed(file, text);
  if (source?.getLineStarts().length !== after.length) return undefined;
  return ({ line, reason }) =>
    line === undefined ? undefined : commentPlace(source, after, lineAfter(line - 1, reason));
}

function parsed(file: string, text: string): ts.SourceFile | undefined {
  const kind = /x$/.test(file) ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, kind);
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly unknown[] };
  return parseDiagnostics.length === 0 ? source : undefined;
}

/** Outside of texts and elements, which would take a comment for theirs, and above directives. */
function commentPlace(source: ts.SourceFile, lines: readonly string[], line: number): number {
  let place = Math.min(line, lines.length - 1);
  const text = outermostText(source, source.getLineStarts()[place]);
  if (text) place = source.getLineAndCharacterOfPosition(text.getStart(source)).line;
  while (place > 0 && DIRECTIVE.test(lines[place - 1])) place -= 1;
  return place;
}

/** The outermost template or element that a position is inside of. */
function outermostText(source: ts.SourceFile, position: number): ts.Node | undefined {
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (position <= node.getStart(source) || position >= node.getEnd()) return undefined;
    const isText =
      ts.isTemplateLiteral(node) ||
      ts.isJsxElement(node) ||
      ts.isJsxFragment(node) ||
      ts.isStringLiteral(node);
    return isText ? node : ts.forEachChild(node, visit);
  };
  return ts.forEachChild(source, visit);
}
