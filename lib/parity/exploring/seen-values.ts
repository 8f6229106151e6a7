import { alignElements } from '../align-elements';
import { isObject } from '../compare-json';
import type { SideValues } from '../requests/variables';

/** An object of an answer, flattened: what it has for which name, on each side. */
interface SeenRecord {
  /** The path of the request that it answers, without the query. */
  readonly source: string;
  readonly fields: Fields;
  /** The parameters of that path. */
  readonly parameters: Fields;
}

/** By name: lower case, without hyphens and the like. */
type Fields = ReadonlyMap<string, SideValues>;

/** Of a list, the first objects tell enough; their partners on the other side may be further down. */
const ELEMENTS = 5;
const SEARCHED_ELEMENTS = 200;
const MAX_RECORDS = 2_000;
const MAX_LENGTH = 200;
/** `/api/tea` */
const PLUGIN_SEGMENTS = 2;
/** How deep the members of members count as those of an object: `metadata.name`. */
const NESTING = 2;
/** How parameters and members that name something are called. */
const ID_NAMES = ['id', 'uid', 'uuid', 'key', 'ref', 'name', 'slug', 'code'];
/** Two objects that differ in one of these are not the same thing. */
const NATURAL_KEYS = ['kind', 'namespace', 'name', 'title', 'key', 'ref', 'slug', 'path'];

/** What the answers so far had, as values for the parameters of routes. */
export class SeenValues {
  readonly #records: SeenRecord[] = [];

  /**
   * Takes down the objects of a pair of answers.
   *
   * @param parameters - of the request that they answer: what they hold belongs to those
   */
  learn(
    source: string,
    left: unknown,
    right: unknown,
    parameters: Readonly<Record<string, SideValues>> = {},
  ): void {
    const own = new Map(
      Object.entries(parameters).map(([name, values]) => [normalise(name), values]),
    );
    const visit = (a: unknown, b: unknown): void => {
      if (Array.isArray(a)) {
        pairElements(a, b).forEach(([x, y]) => visit(x, y));
      } else if (isObject(a) && this.#records.length < MAX_RECORDS) {
        const fields = readFields(a, b);
        if (fields.size > 0) {
          this.#records.push({ source, fields, parameters: own });
        }
        for (const [key, value] of Object.entries(a)) {
          visit(value, isObject(b) ? b[key] : undefined);
        }
      }
    };
    visit(left, right);
  }

  /**
   * Values for all of the parameters of a route, each set from one object, those that fit best first.
   *
   * @param mayGuess - whether any `id` of the same plugin will do for a `ticketId`
   */
  find(
    path: string,
    parameters: readonly string[],
    mayGuess: boolean,
  ): Array<Record<string, SideValues>> {
    const found = new Map<string, { values: Record<string, SideValues>; score: number }>();
    for (const record of this.#records) {
      const match = matchRecord(record, path, parameters);
      if (match && (mayGuess || !match.isGuess)) {
        const key = JSON.stringify(Object.values(match.values).map(({ left }) => left));
        if (match.score > (found.get(key)?.score ?? 0)) {
          found.set(key, match);
        }
      }
    }
    return [...found.values()].sort((a, b) => b.score - a.score).map(({ values }) => values);
  }
}

/** The first elements of a list, each with the one of the other side that is the same. */
function pairElements(left: unknown[], right: unknown): Array<[unknown, unknown]> {
  const others = Array.isArray(right) ? right.slice(0, SEARCHED_ELEMENTS) : [];
  return alignElements(left.slice(0, SEARCHED_ELEMENTS), others)
    .flatMap(([i, j]): Array<[unknown, unknown]> =>
      i === undefined ? [] : [[left[i], j === undefined ? undefined : others[j]]],
    )
    .slice(0, ELEMENTS);
}

function readFields(left: Record<string, unknown>, right: unknown): Fields {
  const fields = new Map<string, SideValues>();
  addFields(fields, left, right, NESTING);
  const isSame = NATURAL_KEYS.every(key => fields.get(key)?.left === fields.get(key)?.right);
  return isSame
    ? fields
    : new Map(
        Array.from(fields, ([name, values]) => [name, { left: values.left, right: values.left }]),
      );
}

function addFields(
  fields: Map<string, SideValues>,
  left: Record<string, unknown>,
  right: unknown,
  depth: number,
): void {
  const otherOf = (key: string) => (isObject(right) ? right[key] : undefined);
  // Outer members come last: they win.
  for (const [key, value] of Object.entries(left)) {
    if (isObject(value) && depth > 1) {
      addFields(fields, value, otherOf(key), depth - 1);
    }
  }
  for (const [key, value] of Object.entries(left)) {
    if (isTelling(value)) {
      const other = otherOf(key);
      fields.set(normalise(key), {
        left: value,
        right: typeof other === typeof value ? other : value,
      });
    }
  }
}

function isTelling(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && isShort(value));
}

function isShort(text: string): boolean {
  return text !== '' && text.length <= MAX_LENGTH && !text.includes('\n');
}

function matchRecord(
  { source, fields, parameters: own }: SeenRecord,
  path: string,
  parameters: readonly string[],
): { values: Record<string, SideValues>; score: number; isGuess: boolean } | undefined {
  const nearness = commonSegments(source, path);
  // What a path gives for a parameter, it gives for all paths below.
  const isBelow = nearness > PLUGIN_SEGMENTS;
  if (nearness < PLUGIN_SEGMENTS && parameters.every(name => ID_NAMES.includes(normalise(name)))) {
    return undefined; // Of another plugin an `id` says nothing.
  }
  let score = nearness * 2;
  let isGuess = false;
  const values: Record<string, SideValues> = {};
  for (const parameter of parameters) {
    const inherited = isBelow ? own.get(normalise(parameter)) : undefined;
    const match = inherited
      ? { values: inherited, fit: 4 }
      : matchField(fields, parameter, { source, path });
    if (!match || (nearness < PLUGIN_SEGMENTS && match.fit < 3)) {
      return undefined;
    }
    score += match.fit;
    isGuess ||= match.fit === 1;
    values[parameter] = match.values;
  }
  return { values, score, isGuess };
}

function matchField(
  fields: Fields,
  parameter: string,
  { source, path }: { source: string; path: string },
): { values: SideValues; fit: number } | undefined {
  const exact = fields.get(normalise(parameter));
  if (exact) {
    return { values: exact, fit: 4 };
  }
  const words = parameter.split(/(?=[A-Z])|[_-]/).map(word => word.toLowerCase());
  const ending = words.at(-1)!;
  if (words.length > 1 && ID_NAMES.includes(ending)) {
    // `ticketId` is the `id` of what `/tickets` gives.
    const values = fields.get(ending);
    const isOwner = normalise(source).includes(words.slice(0, -1).join(''));
    return values && { values, fit: isOwner ? 3 : 1 };
  }
  if (ending === 'id' && path.startsWith(`${source}/:`)) {
    // The list of a collection names its elements, however it calls the name.
    const field = ID_NAMES.find(name => fields.has(name));
    return field ? { values: fields.get(field)!, fit: 2 } : undefined;
  }
  return undefined;
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** How many segments a path begins with like a route. */
function commonSegments(path: string, route: string): number {
  const [x, y] = [path.split('/').slice(1), route.split('/').slice(1)];
  const end = x.findIndex((segment, i) => segment !== y[i] && !y[i]?.startsWith(':'));
  return end === -1 ? x.length : end;
}
