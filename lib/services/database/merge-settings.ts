/** A tree of settings as configuration holds it. */
export type Settings = { [key in string]?: unknown };

/**
 * Merges trees of settings into a new one. Later trees win, objects are merged key by key, everything
 * else (lists too) is replaced, and `undefined` never overwrites.
 */
export function mergeSettings(...trees: Array<Settings | undefined>): Settings {
  const result: Settings = {};
  for (const tree of trees) {
    for (const [key, value] of Object.entries(tree ?? {})) {
      if (value === undefined) continue;
      const present = result[key];
      result[key] = isTree(present) && isTree(value) ? mergeSettings(present, value) : value;
    }
  }
  return result;
}

function isTree(value: unknown): value is Settings {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
