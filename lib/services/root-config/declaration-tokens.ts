/** A word, literal, mark or doc comment of a TypeScript declaration. */
export interface Token {
  kind: 'doc' | 'string' | 'number' | 'word' | 'mark';
  /** Without the quotes of a string, and the stars of a comment. */
  text: string;
}

const PATTERN =
  /\s+|\/\/[^\n]*|\/\*\*(?!\/)([\s\S]*?)\*\/|\/\*[\s\S]*?\*\/|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(\d[\d._]*)|([A-Za-z_$][\w$]*)|(.)/gy;
const KINDS = [undefined, 'doc', 'string', 'string', 'number', 'word', 'mark'] as const;

/** Splits a TypeScript declaration into tokens, without white space and comments that document nothing. */
export function tokenize(text: string): Token[] {
  return [...text.matchAll(PATTERN)].flatMap(match => {
    const group = match.findIndex((part, index) => index > 0 && part !== undefined);
    const kind = KINDS[group];
    return kind ? { kind, text: match[group] } : [];
  });
}
