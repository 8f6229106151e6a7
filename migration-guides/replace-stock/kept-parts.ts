import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn } from '../engine/bindings';
import { codeStyleOf, indented, printCall } from '../engine/code-style';
import type { ParsedModule } from '../engine/parse-module';
import { indentOf, lineRange, reindent } from '../engine/source-edit';
import { BODY_INDENT } from './body-indent';
import { dropBuiltinActions } from './builtin-actions';
import type { KeptCode } from './kept-module';
import { commentedAbove } from './commented-code';
import { isBuilder, statementsOf, type Reading } from './reading';
import type { ExtensionCall, KeptPart } from './wiring-parts';
import type { ExtensionForm, ExtensionMethod } from './stock-package';

/** The parts of a plugin's function that stay, as the code of a module. */
export function keptCode(
  reading: Reading,
  parts: readonly KeptPart[],
  form: ExtensionForm,
): KeptCode {
  const nodes = parts.flatMap(nodesOf);
  return {
    nodes,
    points: [
      ...parts.flatMap(each => (each.kind === 'calls' ? each.calls : [])),
      ...nodes.flatMap(identifiersIn).map(each => methodOn(reading, each, form)),
    ].flatMap(each => each?.on ?? []),
    print(editor, name) {
      for (const identifier of nodes.flatMap(identifiersIn)) {
        renameBuilder(reading, editor, identifier, name, form);
      }
      const all = [...parts, ...commentedParts(reading, parts)].sort(inOrder);
      for (const part of parts) indentPart(reading, editor, part);
      if (reading.stock.id === 'scaffolder') dropBuiltinActions(reading, editor);
      const print = (isLate: boolean): string[] =>
        all
          .filter(each => each.isLate === isLate)
          .flatMap((each, at) => [
            ...(at > 0 && hasBlankBefore(reading, each) ? [''] : []),
            printPart(reading, editor, each, name),
          ]);
      return { early: print(false), late: print(true) };
    },
  };
}

/** Code that somebody put into comments stays where it stood. */
function commentedParts(reading: Reading, parts: readonly KeptPart[]): KeptPart[] {
  let isLate = false;
  return statementsOf(reading).flatMap(node => {
    const own = parts.find(each => each.node === node);
    const within = own ?? parts.findLast(each => each.node.pos < node.pos);
    isLate = within?.isLate ?? isLate;
    const text = commentedAbove(reading.module, node, own !== undefined);
    return text === undefined ? [] : [{ kind: 'comment' as const, node, text, isLate }];
  });
}

function inOrder(a: KeptPart, b: KeptPart): number {
  return a.node.pos - b.node.pos || Number(b.kind === 'comment') - Number(a.kind === 'comment');
}

/** `builder.setPlaceholderResolver` inside of kept code becomes `catalog.addPlaceholderResolver`. */
function renameBuilder(
  reading: Reading,
  editor: MagicString,
  identifier: ts.Identifier,
  name: string,
  form: ExtensionForm,
): void {
  const access = identifier.parent;
  const method = methodOn(reading, identifier, form);
  if (!method || !ts.isPropertyAccessExpression(access)) return;
  const { sourceFile } = reading.module;
  editor.overwrite(identifier.getStart(sourceFile), identifier.getEnd(), method.on?.name ?? name);
  if (method.name !== access.name.text) {
    editor.overwrite(access.name.getStart(sourceFile), access.name.getEnd(), method.name);
  }
}

/** The method that stands for `builder.addProcessor`, where a name is that builder. */
function methodOn(
  reading: Reading,
  identifier: ts.Identifier,
  { methods }: ExtensionForm,
): ExtensionMethod | undefined {
  const access = identifier.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== identifier) return undefined;
  if (!isBuilder(reading, identifier)) return undefined;
  return methods[access.name.text] ?? { name: access.name.text };
}

/** True for a part that a blank line parted from what stood before it. */
function hasBlankBefore({ module }: Reading, { node }: KeptPart): boolean {
  const before = module.text.slice(node.getFullStart(), node.getStart(module.sourceFile));
  return /^[^\n]*\n[ \t]*\n/.test(before);
}

function indentOfPart({ isLate }: KeptPart): number {
  return BODY_INDENT + (isLate ? 2 : 0);
}

/** Moves the lines of a part to where they will stand. */
function indentPart({ module }: Reading, editor: MagicString, part: KeptPart): void {
  const indent = indentOfPart(part);
  for (const each of nodesOf(part)) reindent(module, editor, each, indent - indentOf(module, each));
}

function nodesOf(part: KeptPart): readonly ts.Node[] {
  if (part.kind === 'comment') return [];
  return part.kind === 'calls' ? part.calls.flatMap(call => call.given) : [part.node];
}

function printPart({ module }: Reading, editor: MagicString, part: KeptPart, name: string): string {
  const { semicolon } = codeStyleOf(module);
  const indent = indentOfPart(part);
  if (part.kind === 'comment') return printComment(part.text, indent);
  const above = commentsAbove(module, part.node, indent);
  const textOf = (node: ts.Node): string =>
    editor.slice(node.getStart(module.sourceFile), node.getEnd());
  if (part.kind === 'statement') return above + textOf(part.node);
  const calls = part.calls.map(call => {
    const text = printExtensionCall(name, call, call.given.map(textOf), indent, semicolon);
    return call.form === 'entries' ? text : text + semicolon;
  });
  return above + calls.join(`\n${' '.repeat(indent)}`);
}

function printExtensionCall(
  name: string,
  { method, form, on }: ExtensionCall,
  args: readonly string[],
  indent: number,
  semicolon: string,
): string {
  const callee = `${on?.name ?? name}.${method}`;
  const [first] = args;
  switch (form) {
    case 'list':
      return first.startsWith('[') ? `${callee}(${first.slice(1, -1)})` : `${callee}(...${first})`;
    case 'entries': {
      const pad = ' '.repeat(indent);
      return (
        `for (const [providerId, factory] of Object.entries(${first})) {\n` +
        `${pad}  ${callee}({ providerId, factory })${semicolon}\n${pad}}`
      );
    }
    default:
      return args.length === 1 && first.includes('\n')
        ? `${callee}(${first})`
        : indented(printCall(callee, args, indent), indent);
  }
}

/** Comments that stand directly above a piece of code, moved with it. */
export function commentsAbove(module: ParsedModule, node: ts.Node, indent: number): string {
  const { start } = lineRange(module, node);
  const text = module.text.slice(start, node.getStart(module.sourceFile)).trim();
  return /^(\/\/|\/\*)/.test(text) ? `${printComment(text, indent)}\n${' '.repeat(indent)}` : '';
}

function printComment(text: string, indent: number): string {
  const [first, ...rest] = text.split('\n').map(each => each.trimEnd());
  const depths = rest.filter(each => each !== '').map(each => each.search(/\S/));
  const depth = Math.min(...depths);
  const lines = rest.map(each => {
    const line = each.trimStart();
    return line.startsWith('*') && !line.startsWith('*/') ? ` ${line}` : each.slice(depth);
  });
  const isStarred = lines.some(each => each.startsWith(' *'));
  const closed = lines.map(each => (isStarred && each.trim() === '*/' ? ' */' : each));
  return [first, ...closed]
    .map((each, at) => (at === 0 || each === '' ? each : ' '.repeat(indent) + each))
    .join('\n');
}
