import { alignElements } from './align-elements';
import type { IdNames } from './id-pairs';
import { memberPath, type ParityDifference } from './difference';

/** Tells, by a path such as `$.items` or `$.groups[*].members`, whether the order of a list counts. */
export type IsUnordered = (path: string) => boolean;

/** The path of the order of a list, where it does not count. */
export function orderPath(listPath: string): string {
  return `${listPath} (order)`;
}

/**
 * Lists the differences between two JSON values, with paths.
 *
 * @param names - tells which ids stand for each other, where the order of a list does not count
 */
export function compareJson(
  left: unknown,
  right: unknown,
  isUnordered: IsUnordered = () => false,
  names?: IdNames,
): ParityDifference[] {
  const found: ParityDifference[] = [];
  const trail: Array<string | number> = [];

  const visit = (key: string | number, a: unknown, b: unknown) => {
    trail.push(key);
    compare(a, b);
    trail.pop();
  };
  const report = (path: string, a: unknown, b: unknown) => {
    found.push({ part: 'body', path, left: a, right: b });
  };
  const compare = (a: unknown, b: unknown): void => {
    if (Object.is(a, b)) {
      return;
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      compareLists(a, b);
    } else if (isObject(a) && isObject(b)) {
      for (const key of Object.keys(a)) {
        visit(key, a[key], Object.hasOwn(b, key) ? b[key] : undefined);
      }
      for (const key of Object.keys(b)) {
        if (!Object.hasOwn(a, key)) {
          visit(key, undefined, b[key]);
        }
      }
    } else {
      report(formatTrail(trail), a, b);
    }
  };
  const compareLists = (a: unknown[], b: unknown[]) => {
    if (!isUnordered(wildcardPath(formatTrail(trail)))) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) {
        visit(i, a[i], b[i]);
      }
      return;
    }
    const pairs = alignElements(a, b, names);
    if (pairs.some(([i, j]) => i !== undefined && j !== undefined && i !== j)) {
      report(orderPath(formatTrail(trail)), 'these elements', 'the same elements in another order');
    }
    for (const [i, j] of pairs) {
      visit(i ?? j!, i === undefined ? undefined : a[i], j === undefined ? undefined : b[j]);
    }
  };

  compare(left, right);
  return found;
}

/** A path without the indexes of lists: `$.items[3].name` becomes `$.items[*].name`. */
export function wildcardPath(path: string): string {
  return path.replace(/\[\d+\]/g, '[*]');
}

/** True for what has members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formatTrail(trail: ReadonlyArray<string | number>): string {
  return trail.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : memberPath(path, key)),
    '$',
  );
}
