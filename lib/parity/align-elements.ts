import { TIMESTAMP, UUID } from './value-formats';

/** Members by which elements are told apart, the most telling first. */
const KEY_MEMBERS = ['id', 'uid', 'key', 'ref', 'entityRef', 'name', 'title', 'path'];

/**
 * Pairs the elements of two lists whose order does not count: by a member that names them, or by their
 * content, leaving out of account generated ids and times. What finds no partner is paired by position.
 *
 * @returns pairs of indexes; undefined where one list has more elements
 */
export function alignElements(
  left: readonly unknown[],
  right: readonly unknown[],
): Array<[number | undefined, number | undefined]> {
  const keyOf = chooseKey(left, right);
  const waiting = new Map<string, number[]>();
  right.forEach((element, i) => {
    const key = keyOf(element);
    waiting.set(key, [...(waiting.get(key) ?? []), i]);
  });
  const partners = left.map(element => waiting.get(keyOf(element))?.shift());
  const rest = [...waiting.values()].flat().sort((a, b) => a - b);
  const pairs = partners.map((partner, i): [number, number | undefined] => [
    i,
    partner ?? rest.shift(),
  ]);
  return [...pairs, ...rest.map((i): [undefined, number] => [undefined, i])];
}

/** True when the lists hold the same elements in another order. */
export function isReordered(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) {
    return false;
  }
  const keyOf = chooseKey(left, right);
  const a = left.map(keyOf);
  const b = right.map(keyOf);
  return a.some((key, i) => key !== b[i]) && a.sort().join('\n') === b.sort().join('\n');
}

function chooseKey(
  left: readonly unknown[],
  right: readonly unknown[],
): (element: unknown) => string {
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

/** A text that is the same for values that differ in order, generated ids and times only. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).sort().join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${key}:${canonicalText(member)}`).join()}}`;
  }
  if (typeof value === 'string') {
    return TIMESTAMP.test(value) ? '{time}' : JSON.stringify(value.replace(UUID, '{id}'));
  }
  return String(value);
}
