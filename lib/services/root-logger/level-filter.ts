import type { JsonObject, JsonPrimitive } from '@backstage/types';
import { logLevels } from './log-levels';

/** Values of fields that a line must have; a list means any of, a string in slashes is a pattern. */
export type WinstonLoggerLevelOverrideMatchers = {
  [key: string]: JsonPrimitive | JsonPrimitive[] | undefined;
};

/** Another level for the lines that match. */
export type WinstonLoggerLevelOverride = {
  matchers: WinstonLoggerLevelOverrideMatchers;
  level: string;
};

type FieldMatcher = (value: unknown) => boolean;

interface Override {
  fields: Array<[name: string, matches: FieldMatcher]>;
  threshold: number;
}

/** Decides which lines are logged: by level, and by overrides for lines with certain fields. */
export class LevelFilter {
  readonly #threshold: number;
  #overrides: Override[] = [];

  /** @param level - the least grave level that is logged; an unknown one lets everything pass */
  constructor(level: string) {
    this.#threshold = logLevels[level] ?? Infinity;
  }

  setOverrides(overrides: WinstonLoggerLevelOverride[]): void {
    this.#overrides = overrides.map(({ matchers, level }) => ({
      fields: Object.entries(matchers).map(([name, matcher]) => [
        name,
        createFieldMatcher(matcher),
      ]),
      threshold: logLevels[level] ?? Infinity,
    }));
  }

  /** Whether a line passes. The first override that matches its fields decides, else its level. */
  passes(level: string, field: (name: string) => unknown): boolean {
    for (const { fields, threshold } of this.#overrides) {
      if (fields.every(([name, matches]) => matches(field(name)))) {
        return logLevels[level] <= threshold;
      }
    }
    return !(logLevels[level] > this.#threshold);
  }

  /**
   * Whether a line of a level may pass, of which only some fields are known yet. A field that is not
   * known may turn out to have any value.
   */
  mayPass(level: string, known: JsonObject): boolean {
    for (const { fields, threshold } of this.#overrides) {
      const ofKnown = fields.filter(([name]) => name in known);
      if (ofKnown.every(([name, matches]) => matches(known[name]))) {
        const decided = ofKnown.length === fields.length;
        if (logLevels[level] <= threshold || decided) {
          return logLevels[level] <= threshold;
        }
      }
    }
    return !(logLevels[level] > this.#threshold);
  }

  /** True while only the level of a line matters. */
  get isPlain(): boolean {
    return this.#overrides.length === 0;
  }

  /** Whether a line passes by its level alone. */
  passesLevel(level: string): boolean {
    return !(logLevels[level] > this.#threshold);
  }
}

function createFieldMatcher(matcher: JsonPrimitive | JsonPrimitive[] | undefined): FieldMatcher {
  if (Array.isArray(matcher)) {
    const matchers = matcher.map(createFieldMatcher);
    return value => matchers.some(matches => matches(value));
  }
  const pattern = typeof matcher === 'string' ? parsePattern(matcher) : undefined;
  return pattern
    ? value => typeof value === 'string' && pattern.test(value)
    : value => value === matcher;
}

/** The pattern in `/pattern/flags`; undefined when the text is not one, and is compared as it is. */
function parsePattern(text: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/is.exec(text) ?? [];
  if (source === undefined) {
    return undefined;
  }
  try {
    // Without g and y: they would make the outcome depend on the line before.
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}
