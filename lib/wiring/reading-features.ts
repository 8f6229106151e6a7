import { isInvalidFeature, unreadableFeature } from './errors';
import type { Located } from './check';

/** How deep protocol objects are nested, for example `.init.deps.tickets.id`. */
const DEEPEST = 4;

/**
 * What to throw when reading a feature, or a part of one, has failed: what its getters and proxies throw
 * becomes an InputError that names the path.
 *
 * @param error - what was thrown; whatever is wrong with a feature that can be read stays as it is
 * @param key - of the value, below the owner
 */
export function failedReading(
  error: unknown,
  value: unknown,
  owner: Located,
  key: string,
): unknown {
  return isInvalidFeature(error)
    ? error
    : unreadableFeature(owner.path + key + (unreadablePart(value) ?? ''), error);
}

/** The path of the first part that throws when it is read, if there is a telling. */
function unreadablePart(value: unknown, depth = 0): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return undefined;
  }
  let keys: string[];
  try {
    keys = Object.keys(value);
  } catch {
    return '';
  }
  for (const key of keys) {
    const part = unreadableBelow(value as Record<string, unknown>, key, depth);
    if (part !== undefined) {
      return (Array.isArray(value) ? `[${key}]` : `.${key}`) + part;
    }
  }
  return undefined;
}

function unreadableBelow(
  value: Record<string, unknown>,
  key: string,
  depth: number,
): string | undefined {
  // `T` of early refs throws, and is for the compiler.
  if (depth === DEEPEST || key === 'T') {
    return undefined;
  }
  try {
    return unreadablePart(value[key], depth + 1);
  } catch {
    return '';
  }
}
