import { invalidFeature } from './errors';

/** @throws InputError naming the path when the value is not a plain object */
export function checkObject(
  value: unknown,
  path: string,
  expected = 'an object',
): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidFeature(path, expected, value);
  }
}

/** @throws InputError naming the path when the value cannot carry properties */
export function checkObjectOrFunction(
  value: unknown,
  path: string,
): asserts value is Record<string, unknown> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
    throw invalidFeature(path, 'an object or function', value);
  }
}

/** @throws InputError naming the path when the value is not a string */
export function checkString(value: unknown, path: string): asserts value is string {
  if (typeof value !== 'string') {
    throw invalidFeature(path, 'a string', value);
  }
}

/** @throws InputError naming the path when the value is not a function */
export function checkFunction(
  value: unknown,
  path: string,
): asserts value is (...args: any[]) => unknown {
  if (typeof value !== 'function') {
    throw invalidFeature(path, 'a function', value);
  }
}

/** @throws InputError naming the path when the value is not an array */
export function checkArray(value: unknown, path: string): asserts value is unknown[] {
  if (!Array.isArray(value)) {
    throw invalidFeature(path, 'an array', value);
  }
}
