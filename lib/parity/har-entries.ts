import { createReadStream } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { ParityError } from './errors';

/** One member of `log.entries` and the place in the file where it begins, counted from 1. */
export interface HarEntry {
  readonly value: unknown;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads `log.entries` of a HAR file one at a time: however long the file is, only one entry is in
 * memory.
 *
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with line and column
 */
export async function* readHarEntries(file: string): AsyncGenerator<HarEntry> {
  const cutter = new EntryCutter(file);
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      yield* cutter.cut(chunk as string);
    }
  } catch (cause) {
    if (cause instanceof ParityError) {
      throw cause;
    }
    throw new ParityError(
      'REQUESTS_UNREADABLE',
      `Cannot read the HAR file '${file}' (${(cause as NodeJS.ErrnoException).code})`,
      { cause },
    );
  }
  cutter.end();
}

const CLOSING: Record<string, string> = { '{': '}', '[': ']' };
const OPENING: Record<string, string> = { '}': '{', ']': '[' };
/** `{`, `{`, `[`: the file, its log, the entries. */
const ENTRIES_DEPTH = 3;

/** Follows strings and brackets only; what is between the brackets of an entry is parsed as a whole. */
class EntryCutter {
  readonly #file: string;
  readonly #open: string[] = [];
  /** The key that is read, for each depth. */
  readonly #keys: string[] = [];
  #line = 1;
  /** How many characters of the line are in earlier chunks. */
  #lineBefore = 0;
  #inString = false;
  #oddBackslashes = false;
  #inEntries = false;
  #foundEntries = false;
  /** The part in earlier chunks of the string or entry that is read. */
  #text = '';
  #start?: { line: number; column: number };

  constructor(file: string) {
    this.#file = file;
  }

  *cut(chunk: string): Generator<HarEntry> {
    let lineStart = -this.#lineBefore;
    /** Where what is kept begins in this chunk. */
    let mark = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#inString) {
        const end = this.#findStringEnd(chunk, at);
        if (end === undefined) {
          break;
        }
        this.#inString = false;
        if (!this.#start) {
          this.#keys[this.#open.length] = this.#text + chunk.slice(mark, end);
          this.#text = '';
        }
        at = end + 1;
        continue;
      }
      const stop = nextToken(chunk, at, this.#open.length === 0);
      if (stop === undefined) {
        break;
      }
      const character = chunk[stop];
      const column = stop - lineStart + 1;
      if (this.#open.length === 0 && !['{', '\n'].includes(character)) {
        this.#fail('expected a HAR file: a JSON object with log.entries', column);
      }
      at = stop + 1;
      if (character === '\n') {
        this.#line++;
        lineStart = at;
      } else if (character === '"') {
        this.#inString = true;
        mark = this.#start ? mark : at;
      } else if (character in CLOSING) {
        if (this.#enter(character, column)) {
          mark = stop;
        }
      } else if (character in OPENING && this.#leave(character, column)) {
        yield this.#finish(chunk.slice(mark, at));
      }
    }
    this.#lineBefore = chunk.length - lineStart;
    if (this.#start || this.#inString) {
      this.#text += chunk.slice(mark);
    }
  }

  end(): void {
    if (this.#open.length > 0) {
      this.#fail('the file ends in the middle');
    }
    if (!this.#foundEntries) {
      this.#fail('expected a HAR file: a JSON object with log.entries');
    }
  }

  #findStringEnd(chunk: string, from: number): number | undefined {
    for (let quote = chunk.indexOf('"', from); ; quote = chunk.indexOf('"', quote + 1)) {
      const end = quote === -1 ? chunk.length : quote;
      let first = end;
      while (first > from && chunk[first - 1] === '\\') {
        first--;
      }
      const carried = first === 0 && this.#oddBackslashes ? 1 : 0;
      const odd = (end - first + carried) % 2 === 1;
      if (quote === -1) {
        this.#oddBackslashes = odd;
        return undefined;
      }
      if (!odd) {
        this.#oddBackslashes = false;
        return quote;
      }
    }
  }

  /** True when an entry begins. */
  #enter(bracket: string, column: number): boolean {
    this.#open.push(bracket);
    const depth = this.#open.length;
    if (depth === ENTRIES_DEPTH) {
      this.#inEntries = bracket === '[' && this.#keys[1] === 'log' && this.#keys[2] === 'entries';
      this.#foundEntries ||= this.#inEntries;
    }
    if (!this.#inEntries || depth !== ENTRIES_DEPTH + 1) {
      return false;
    }
    this.#start = { line: this.#line, column };
    this.#text = '';
    return true;
  }

  /** True when an entry ends. */
  #leave(bracket: string, column: number): boolean {
    if (this.#open.pop() !== OPENING[bracket]) {
      this.#fail(`unexpected '${bracket}'`, column);
    }
    this.#inEntries &&= this.#open.length >= ENTRIES_DEPTH;
    return this.#inEntries && this.#open.length === ENTRIES_DEPTH;
  }

  #finish(rest: string): HarEntry {
    const start = this.#start!;
    const value = this.#parse(this.#text + rest, start);
    this.#start = undefined;
    this.#text = '';
    return { value, ...start };
  }

  #parse(text: string, start: { line: number; column: number }): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      // V8 does not always say where; JSON is YAML, and that parser does.
      const lines = new LineCounter();
      const [error] = parseDocument(text, { lineCounter: lines }).errors;
      const { line, col } = lines.linePos(error?.pos[0] ?? 0);
      const column = line === 1 ? start.column + col - 1 : col;
      throw new ParityError(
        'REQUESTS_INVALID',
        `${this.#file}:${start.line + line - 1}:${column}: ${error?.message.split(' at line')[0] ?? (cause as Error).message}`,
        { cause },
      );
    }
  }

  #fail(problem: string, column = this.#lineBefore + 1): never {
    throw new ParityError('REQUESTS_INVALID', `${this.#file}:${this.#line}:${column}: ${problem}`);
  }
}

/** Outside of a string: the next quote, bracket or line end; at the top, anything but space. */
function nextToken(chunk: string, from: number, isTop: boolean): number | undefined {
  const token = isTop ? /\S|\n/g : /["{}[\]\n]/g;
  token.lastIndex = from;
  return token.exec(chunk)?.index;
}
