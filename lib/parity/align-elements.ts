import type { IdNames } from './id-pairs';
import { TIMESTAMP, UUID } from './value-formats';

/** Members by which elements are told apart, the most telling first. */
const KEY_MEMBERS = ['id', 'uid', 'key', 'ref', 'entityRef', 'name', 'title', 'path'];

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
  const keyOf = chooseKey(left, right);
  const waiting = new Map<string, number[]>();
  right.forEach((element, i) => {
    const key = keyOf(element, names.right);
    const same = waiting.get(key);
    if (same) {
      same.push(i);
    } else {
      waiting.set(key, [i]);
    }
  });
  const partners = left.map(element => waiting.get(keyOf(element, names.left))?.shift());
  const rest = [...waiting.values()].flat().sort((a, b) => a - b);
  pairSimilar(left, right, { partners, rest, names });
  const pairs = partners.map((partner, i): [number, number | undefined] => [
    i,
    partner ?? rest.shift(),
  ]);
  return [...pairs, ...rest.map((i): [undefined, number] => [undefined, i])];
}

/** Gives those of the left side that have no partner the most similar of the rest of the right side. */
function pairSimilar(
  left: readonly unknown[],
  right: readonly unknown[],
  {
    partners,
    rest,
    names,
  }: { partners: Array<number | undefined>; rest: number[]; names: IdNames },
): void {
  const alone = partners.flatMap((partner, i) => (partner === undefined ? [i] : []));
  if (rest.length < 2 || Math.max(alone.length, rest.length) > MAX_SEARCHED) {
    return;
  }
  const leftValues = new Map(alone.map(i => [i, leafTexts(left[i], names.left)]));
  const rightValues = new Map(rest.map(j => [j, leafTexts(right[j], names.right)]));
  const countAlike = (i: number, j: number) =>
    leftValues.get(i)!.filter(text => rightValues.get(j)!.includes(text)).length;
  const candidates = alone
    .flatMap(i => rest.map(j => ({ i, j, alike: countAlike(i, j) })))
    .filter(({ alike }) => alike > 0)
    .sort((a, b) => b.alike - a.alike);
  for (const { i, j } of candidates) {
    if (partners[i] === undefined && rest.includes(j)) {
      partners[i] = j;
      rest.splice(rest.indexOf(j), 1);
    }
  }
}

/** The values of an element, each with its place. */
function leafTexts(value: unknown, nameOf: NameOf, place = ''): string[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => leafTexts(member, nameOf, `${place}/${key}`))
    : [`${place}=${canonicalText(value, nameOf)}`];
}

/** True when the lists hold the same elements in another order. */
export function isReordered(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) {
    return false;
  }
  const keyOf = chooseKey(left, right);
  const [a, b] = [left, right].map(list => list.map(element => keyOf(element, NO_NAMES.left)));
  return a.some((key, i) => key !== b[i]) && a.sort().join('\n') === b.sort().join('\n');
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
