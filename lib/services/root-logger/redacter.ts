import type { Format, TransformableInfo } from 'logform';
import { LEVEL, MESSAGE, SPLAT } from 'triple-beam';

const MASK = '***';

/** Masks secrets in text and in log records. */
export class Redacter {
  /** What is looked for; undefined for nothing. */
  #pattern: RegExp | undefined;
  readonly #secrets = new Set<string>();
  #allowed: ReadonlySet<string> = new Set();

  /** Adds secrets. They are trimmed; those of less than two characters are left alone. */
  add(secrets: Iterable<string | null | undefined>): void {
    const before = this.#secrets.size;
    for (const secret of secrets) {
      const trimmed = secret?.trim() ?? '';
      if (trimmed.length > 1) {
        this.#secrets.add(trimmed);
      }
    }
    if (this.#secrets.size > before) {
      this.#update();
    }
  }

  /** Sets the words that are shown although they are secrets too. */
  allow(words: Iterable<string>): void {
    this.#allowed = new Set(words);
    this.#update();
  }

  #update(): void {
    const needles = new Set<string>();
    for (const secret of this.#secrets) {
      if (!this.#allowed.has(secret)) {
        needles.add(secret);
        // As it reads within JSON: quotes, backslashes and line ends are escaped there.
        needles.add(JSON.stringify(secret).slice(1, -1));
      }
    }
    // The longest first: a secret may contain another one.
    const sources = [...needles].sort((a, b) => b.length - a.length).map(escapeRegExp);
    this.#pattern = sources.length > 0 ? new RegExp(sources.join('|'), 'g') : undefined;
  }

  /** The text with every secret masked. */
  redact(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, MASK) : text;
  }

  /** Masks the secrets in the message and in all strings of a record's meta. */
  redactInfo(info: TransformableInfo): TransformableInfo {
    if (!this.#pattern) {
      return info;
    }
    const redacted = this.#redactValue(info, new Map()) as TransformableInfo;
    redacted[LEVEL] = info[LEVEL];
    redacted[SPLAT] = this.#redactValue(info[SPLAT], new Map());
    if (typeof info[MESSAGE] === 'string') {
      redacted[MESSAGE] = this.redact(info[MESSAGE]);
    }
    return redacted;
  }

  #redactValue(value: unknown, copies: Map<object, unknown>): unknown {
    if (typeof value === 'string') {
      return this.redact(value);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const known = copies.get(value);
    if (known) {
      return known;
    }
    const isPlain =
      Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
    if (!isPlain && !(value instanceof Error)) {
      const { toJSON } = value as { toJSON?: unknown };
      return typeof toJSON === 'function' && !(value instanceof Date)
        ? this.#redactValue(toJSON.call(value), copies)
        : value;
    }
    const copy: any = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
    copies.set(value, copy);
    for (const key of value instanceof Error
      ? Object.getOwnPropertyNames(value)
      : Object.keys(value)) {
      copy[key] = this.#redactValue((value as any)[key], copies);
    }
    return copy;
  }

  /** A winston format that masks the finished line. */
  format(): Format {
    return {
      transform: info => {
        if (typeof info[MESSAGE] === 'string') {
          info[MESSAGE] = this.redact(info[MESSAGE]);
        }
        return info;
      },
    };
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
