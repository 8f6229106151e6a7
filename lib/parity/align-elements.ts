import type { IdNames } from './id-pairs';
import { TIMESTAMP, UUID } from './value-formats';

/** Members by which elements are told apart, the most telling first. */
const KEY_MEMBERS = ['id', 'uid', 'key', 'ref', 'entityRef', 'name', 'title', 'path'];

/** A hash in hexadecimal digits. */
const DIGEST = /\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b/g;

const NO_NAMES: IdNames = { left: () => '{id}', right: () => '{id}' };

/** Among more elements without a partner, the most similar ones are not looked for. */
const MAX_SEARCHED = 100;

/**
 * Pairs the elements of two lists whose order does not count: by a member that names them, or by their
 * content, leaving out of account generated ids and times. What finds no partner is paired with what is
 * most similar, or by position.
 *
 * @param names - tells which ids stand for each other, where that is known
 * @returns pairs of indexes; undefined where one list has more elements
 */
export function alignElements(
  left: readonly unknown[],
  right: readonly unknown[],
  names = NO_NAMES,
): Array<[number | undefined, number | undefined]> {
  const partners = new Array<number | undefined>(left.length).fill(undefined);
  const rest = new Set(right.keys());
  const sides = { left, right, partners, rest, names };
  pairEqual(sides, chooseKey(left, right));
  // What is calculated from ids differs where they do.
  pairEqual(sides, (element, nameOf) => canonicalText(element, nameOf).replace(DIGEST, '{digest}'));
  pairSimilar(sides);
  const others = rest.values();
  const pairs = partners.map((partner, i): [number, number | undefined] => [
    i,
    partner ?? others.next().value,
  ]);
  return [...pairs, ...Array.from(others, (i): [undefined, number] => [undefined, i])];
}

interface Sides {
  readonly left: readonly unknown[];
  readonly right: readonly unknown[];
  /** The index of the right side's element, for each of the left side that has one. */
  readonly partners: Array<number | undefined>;
  /** The indexes of those of the right side that have no partner, in order. */
  readonly rest: Set<number>;
  readonly names: IdNames;
}

/** Gives those that have no partner one of the same key. */
function pairEqual(
  { left, right, partners, rest, names }: Sides,
  keyOf: (element: unknown, nameOf: NameOf) => string,
): void {
  if (rest.size === 0 || !partners.includes(undefined)) {
    return;
  }
  const waiting = new Map<string, number[]>();
  for (const j of rest) {
    const key = keyOf(right[j], names.right);
    const same = waiting.get(key);
    if (same) {
      same.push(j);
    } else {
      waiting.set(key, [j]);
    }
  }
  left.forEach((element, i) => {
    const partner = partners[i] ?? waiting.get(keyOf(element, names.left))?.shift();
    partners[i] = partner;
    rest.delete(partner!);
  });
}

/** Gives those of the left side that have no partner the most similar of the rest of the right side. */
function pairSimilar({ left, right, partners, rest, names }: Sides): void {
  const alone = partners.flatMap((partner, i) => (partner === undefined ? [i] : []));
  if (rest.size < 2 || Math.max(alone.length, rest.size) > MAX_SEARCHED) {
    return;
  }
  const leftValues = new Map(alone.map(i => [i, leafTexts(left[i], names.left)]));
  const rightValues = new Map(Array.from(rest, j => [j, leafTexts(right[j], names.right)]));
  const countAlike = (i: number, j: number) => countShared(leftValues.get(i)!, rightValues.get(j)!);
  const candidates = alone
    .flatMap(i => Array.from(rest, j => ({ i, j, alike: countAlike(i, j) })))
    .filter(({ alike }) => alike > 0)
    .sort((a, b) => b.alike - a.alike);
  for (const { i, j } of candidates) {
    if (partners[i] === undefined && rest.delete(j)) {
      partners[i] = j;
    }
  }
}

/** The values of an element, each with its place. */
function leafTexts(value: unknown, nameOf: NameOf, place = ''): string[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => leafTexts(member, nameOf, `${place}/${key}`))
    : [`${place}=${canonicalText(value, nameOf)}`];
}

function countShared(left: readonly string[], right: readonly string[]): number {
  return left.filter(text => right.includes(text)).length;
}

/** True when the lists hold the same elements in another order, or elements that are more alike in another. */
export function isReordered(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) {
    return false;
  }
  const moved = alignElements(left, right).filter(([i, j]) => i !== j) as Array<[number, number]>;
  const alike = (i: number, j: number) =>
    countShared(leafTexts(left[i], NO_NAMES.left), leafTexts(right[j], NO_NAMES.right));
  const gain = moved.reduce((sum, [i, j]) => sum + alike(i, j) - alike(i, i), 0);
  return gain > 0;
}

type NameOf = (id: string) => string;

function chooseKey(
  left: readonly unknown[],
  right: readonly unknown[],
): (element: unknown, nameOf: NameOf) => string {
  const member = KEY_MEMBERS.find(name => isKey(left, name) && isKey(right, name));
  return member ? element => String((element as Record<string, unknown>)[member]) : canonicalText;
}

function isKey(list: readonly unknown[], member: string): boolean {
  const keys = list.map(element => Object(element)[member] as unknown);
  return (
    keys.every(key => typeof key === 'number' || (typeof key === 'string' && !key.match(UUID))) &&
    new Set(keys).size === keys.length
  );
}

/** A text that is the same for values that differ in order, the names of generated ids, and times only. */
function canonicalText(value: unknown, nameOf: NameOf): string {
  if (Array.isArray(value)) {
    return `[${value
      .map(element => canonicalText(element, nameOf))
      .sort()
      .join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${key}:${canonicalText(member, nameOf)}`).join()}}`;
  }
  if (typeof value === 'string') {
    return TIMESTAMP.test(value) ? '{time}' : JSON.stringify(value.replace(UUID, nameOf));
  }
  return String(value);
}
