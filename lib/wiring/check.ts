import { invalidFeature } from './errors';

/** Something that messages name by a path, which is not put together before it is needed. */
export interface Located {
  readonly path: string;
}

/** @throws InputError naming the path when the value is not a plain object */
export function checkObject(
  value: unknown,
  owner: Located,
  key: string,
  expected = 'an object',
): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidFeature(owner.path + key, expected, value);
  }
}

/** @throws InputError naming the path when the value cannot carry properties */
export function checkObjectOrFunction(
  value: unknown,
  owner: Located,
): asserts value is Record<string, unknown> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
    throw invalidFeature(owner.path, 'an object or function', value);
  }
}

/**
 * @param name - what comes after the key, for callers that have many to check
 * @throws InputError naming the path when the value is not a string
 */
export function checkString(
  value: unknown,
  owner: Located,
  key: string,
  name = '',
): asserts value is string {
  if (typeof value !== 'string') {
    throw invalidFeature(owner.path + key + name, 'a string', value);
  }
}

/** @throws InputError naming the path when the value is not a function */
export function checkFunction(
  value: unknown,
  owner: Located,
  key: string,
): asserts value is (...args: any[]) => unknown {
  if (typeof value !== 'function') {
    throw invalidFeature(owner.path + key, 'a function', value);
  }
}

/** @throws InputError naming the path when the value is there, and of another type */
export function checkOptional(
  value: unknown,
  type: 'boolean' | 'string' | 'function',
  owner: Located,
  key: string,
  name = '',
): void {
  if (value !== undefined && typeof value !== type) {
    throw invalidFeature(owner.path + key + name, `a ${type} or nothing`, value);
  }
}

/** @throws InputError naming the path when the value is not an array */
export function checkArray(
  value: unknown,
  owner: Located,
  key: string,
): asserts value is unknown[] {
  if (!Array.isArray(value)) {
    throw invalidFeature(owner.path + key, 'an array', value);
  }
}
