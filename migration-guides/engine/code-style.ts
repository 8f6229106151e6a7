import { ts } from 'ts-morph';
import type { ParsedModule } from './parse-module';

/** Backstage's own formatting, and that of the projects its template makes. */
const LINE_WIDTH = 80;

/** What an argument on a line of its own has beside it. */
export const INDENT_AND_COMMA = 3;

/** How a file writes its code, so that new code looks like the old. */
export interface CodeStyle {
  readonly quote: "'" | '"';
  readonly semicolon: ';' | '';
}

export function codeStyleOf(module: ParsedModule): CodeStyle {
  const first = module.sourceFile.statements.find(ts.isImportDeclaration);
  const text = first?.getText(module.sourceFile) ?? "import 'x';";
  return {
    quote: /"[^"]*"\s*;?$/.test(text) ? '"' : "'",
    semicolon: text.endsWith(';') ? ';' : '',
  };
}

/** A string literal in the file's quotes. */
export function quoted(text: string, style: CodeStyle): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(style.quote, `\\${style.quote}`);
  return style.quote + escaped + style.quote;
}

/** True when text that starts at a column still ends within the line. */
export function fits(text: string, column: number): boolean {
  return !text.includes('\n') && column + text.length <= LINE_WIDTH;
}

/** Puts spaces in front of every line but the first. */
export function indented(text: string, spaces: number): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(spaces)}`);
}

/** Source text, or an object or array whose layout depends on the room there is. */
export type Code =
  | string
  | { readonly properties: readonly (readonly [string, Code])[] }
  | { readonly items: readonly Code[] };

/**
 * A call, on one line if it fits, otherwise with each argument on its own line; a last argument
 * that is an object stays beside the others when that is enough.
 */
export function printCall(callee: string, args: readonly Code[], column: number): string {
  const line = `${callee}(${args.map(printInline).join(', ')})`;
  if (fits(line, column)) return line;
  const last = args.at(-1);
  if (last !== undefined && (typeof last !== 'string' || args.length === 1)) {
    const before = args.slice(0, -1).map(each => `${printInline(each)}, `);
    const after = printBroken(last);
    const firstLine = `${callee}(${before.join('')}${after.split('\n')[0]}`;
    if (fits(firstLine, column) && /[{[(]$/.test(firstLine)) {
      return `${callee}(${before.join('')}${after})`;
    }
  }
  const lines = args.map(each => `\n  ${indented(print(each, column + INDENT_AND_COMMA), 2)},`);
  return `${callee}(${lines.join('')}\n)`;
}

/** Code that starts at a column: on one line if it fits. */
export function print(code: Code, column: number): string {
  const line = printInline(code);
  return fits(line, column) ? line : printBroken(code);
}

function printInline(code: Code): string {
  if (typeof code === 'string') return code;
  if ('items' in code) return `[${code.items.map(printInline).join(', ')}]`;
  return `{ ${code.properties.map(([key, value]) => property(key, printInline(value))).join(', ')} }`;
}

function printBroken(code: Code): string {
  if (typeof code === 'string') return code;
  if ('items' in code) return `[\n${code.items.map(item => line(print(item, 2))).join('')}]`;
  const lines = code.properties.map(([key, value]) =>
    line(property(key, print(value, key.length + 4))),
  );
  return `{\n${lines.join('')}}`;
}

function line(code: string): string {
  return `  ${indented(code, 2)},\n`;
}

function property(key: string, value: string): string {
  return key === value ? key : `${key}: ${value}`;
}
