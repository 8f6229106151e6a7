import { tokenize, type Token } from './declaration-tokens';
import type { Schema } from './visibility-marks';

/**
 * Reads the `Config` interface of a `config.d.ts` as the JSON schema that it stands for: the shape and
 * the `@visibility` and `@deepVisibility` of its values. Types of other packages stand for anything.
 *
 * The TypeScript compiler, with which stock Backstage does this, takes seconds and hundreds of
 * megabytes for it.
 *
 * @param canImport - whether a file that is imported by a relative path is there. Packages are often
 *   published without, and then its types stand for anything too
 * @throws SyntaxError when the file has what is not understood here, or imports a file that is there
 */
export function parseConfigDeclaration(
  text: string,
  canImport: (path: string) => boolean = () => true,
): Schema {
  return new DeclarationParser(tokenize(text), canImport).parse();
}

type TypeReader = (args: Schema[]) => Schema;

/** Types of the language, by name. */
const BUILT_IN: { [name in string]?: TypeReader } = {
  string: () => ({ type: 'string' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  object: () => ({ type: 'object' }),
  null: () => ({ type: 'null' }),
  true: () => ({ const: true }),
  false: () => ({ const: false }),
  undefined: () => ({ not: {} }),
  never: () => ({ not: {} }),
  Array: ([items]) => ({ type: 'array', items }),
  ReadonlyArray: ([items]) => ({ type: 'array', items }),
  Record: ([, values]) => ({ type: 'object', additionalProperties: values }),
  Partial: ([type]) => type,
  Required: ([type]) => type,
  Readonly: ([type]) => type,
  NonNullable: ([type]) => type,
  Omit: ([type]) => type,
  Pick: ([type]) => type,
};

class DeclarationParser {
  readonly #tokens: Token[];
  readonly #canImport: (path: string) => boolean;
  /** Names of the types of this file. */
  readonly #declared: Set<string>;
  readonly #definitions: { [name in string]: Schema } = {};
  #next = 0;

  constructor(tokens: Token[], canImport: (path: string) => boolean) {
    this.#tokens = tokens;
    this.#canImport = canImport;
    this.#declared = new Set(
      tokens
        .filter((_, index) => ['interface', 'type'].includes(tokens[index - 1]?.text))
        .map(({ text }) => text),
    );
  }

  parse(): Schema {
    while (this.#next < this.#tokens.length) {
      this.#statement();
    }
    if (!this.#definitions.Config) {
      throw new SyntaxError('no interface Config');
    }
    return { $ref: '#/definitions/Config', definitions: this.#definitions };
  }

  #statement(): void {
    this.#doc();
    if (this.#takes('import')) {
      this.#import();
      return;
    }
    while (this.#takes('export') || this.#takes('declare'));
    if (this.#takes('interface')) {
      const name = this.#word();
      const bases = this.#takes('extends') ? this.#list(() => this.#reference(), '{') : [];
      this.#expect('{');
      this.#definitions[name] = all([...bases, this.#members()]);
    } else if (this.#takes('type')) {
      const name = this.#word();
      this.#expect('=');
      this.#definitions[name] = this.#type();
      this.#takes(';');
    } else if (!this.#takes(';')) {
      throw this.#unknown();
    }
  }

  #import(): void {
    while (this.#peek()?.kind !== 'string') {
      this.#take();
    }
    const { text } = this.#take();
    if (text.startsWith('.') && this.#canImport(text)) {
      throw new SyntaxError(`imports '${text}'`);
    }
    this.#takes(';');
  }

  /** The members of an object type, up to its closing bracket. */
  #members(): Schema {
    const properties: { [name in string]: Schema } = {};
    const required: string[] = [];
    let additionalProperties: Schema | undefined;
    for (let doc = this.#doc(); !this.#takes('}'); doc = this.#doc()) {
      if (this.#isWord('readonly') && this.#peek(1)?.text !== ':' && this.#peek(1)?.text !== '?') {
        this.#take();
      }
      if (this.#takes('[')) {
        this.#word();
        this.#expect(':');
        this.#type();
        this.#expect(']');
        this.#expect(':');
        additionalProperties = documented(this.#type(), doc);
      } else {
        const name = this.#take();
        if (name.kind === 'mark') {
          throw this.#unknown(name);
        }
        if (!this.#takes('?')) {
          required.push(name.text);
        }
        this.#expect(':');
        properties[name.text] = documented(this.#type(), doc);
      }
      if (!this.#takes(';')) {
        this.#takes(',');
      }
    }
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(additionalProperties && { additionalProperties }),
    };
  }

  #type(): Schema {
    this.#doc();
    this.#takes('|');
    const options = [this.#intersection()];
    while (this.#takes('|')) {
      options.push(this.#intersection());
    }
    const possible = options.filter(({ not }) => not === undefined);
    return possible.length === 1 ? possible[0] : { anyOf: possible };
  }

  #intersection(): Schema {
    this.#doc();
    this.#takes('&');
    const parts = [this.#array()];
    while (this.#takes('&')) {
      parts.push(this.#array());
    }
    return all(parts);
  }

  #array(): Schema {
    let type = this.#primary();
    while (this.#takes('[')) {
      this.#expect(']');
      type = { type: 'array', items: type };
    }
    return type;
  }

  #primary(): Schema {
    const doc = this.#doc();
    const token = this.#peek();
    if (token?.kind === 'string') {
      return { const: this.#take().text };
    }
    if (token?.kind === 'number') {
      return { const: Number(this.#take().text) };
    }
    if (this.#takes('{')) {
      return documented(this.#members(), doc);
    }
    if (this.#takes('(')) {
      const type = this.#type();
      this.#expect(')');
      return type;
    }
    if (this.#takes('[')) {
      const items = this.#list(() => this.#type(), ']');
      this.#expect(']');
      return { type: 'array', items };
    }
    this.#takes('readonly');
    return this.#reference();
  }

  #reference(): Schema {
    let name = this.#word();
    while (this.#takes('.')) {
      name = this.#word();
    }
    const args = this.#takes('<') ? this.#list(() => this.#type(), '>') : undefined;
    if (args) {
      this.#expect('>');
    }
    const builtIn = BUILT_IN[name];
    if (builtIn) {
      return builtIn(args ?? []) ?? {};
    }
    return this.#declared.has(name) ? { $ref: `#/definitions/${name}` } : {};
  }

  #list<T>(read: () => T, end: string): T[] {
    const items: T[] = [];
    while (!this.#is(end)) {
      items.push(read());
      if (!this.#takes(',')) {
        break;
      }
    }
    return items;
  }

  /** The doc comment that is next, if any: the last of several. */
  #doc(): string | undefined {
    let doc: string | undefined;
    while (this.#peek()?.kind === 'doc') {
      doc = this.#take().text;
    }
    return doc;
  }

  #peek(offset = 0): Token | undefined {
    return this.#tokens[this.#next + offset];
  }

  #take(): Token {
    const token = this.#tokens[this.#next++];
    if (!token) {
      throw new SyntaxError('ends too early');
    }
    return token;
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token?.text === text && (token.kind === 'mark' || token.kind === 'word');
  }

  #isWord(text: string): boolean {
    return this.#is(text) && this.#peek()?.kind === 'word';
  }

  #takes(text: string): boolean {
    const taken = this.#is(text);
    if (taken) {
      this.#next++;
    }
    return taken;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) {
      throw this.#unknown();
    }
  }

  #word(): string {
    const token = this.#take();
    if (token.kind !== 'word') {
      throw this.#unknown(token);
    }
    return token.text;
  }

  #unknown(token = this.#peek()): SyntaxError {
    return new SyntaxError(`'${token?.text}' is not understood`);
  }
}

function all(parts: Schema[]): Schema {
  return parts.length === 1 ? parts[0] : { allOf: parts };
}

/** Adds the visibility that a doc comment gives; after the type, which may have one of its own. */
function documented(schema: Schema, doc: string | undefined): Schema {
  const tags = doc?.matchAll(/@(items\.)?(visibility|deepVisibility)\s+(\w+)/g) ?? [];
  let result = schema;
  for (const [, ofItems, keyword, value] of tags) {
    result = ofItems
      ? { ...result, items: { ...(result.items as Schema), [keyword]: value } }
      : { ...result, [keyword]: value };
  }
  return result;
}
