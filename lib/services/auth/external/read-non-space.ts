import type { Config } from '@backstage/config';

/**
 * Reads a string without white space. Error messages tell its length, never its value.
 *
 * @throws Error
 */
export function readNonSpace(config: Config, key: string, minLength = 1): string {
  const value = config.getString(key);
  if (/\s/.test(value) || value.length < minLength) {
    const least = minLength > 1 ? `at least ${minLength} characters` : 'a value';
    const got = /\s/.test(value) ? 'some with white space' : `${value.length} of them`;
    throw new Error(`'${key}' must be ${least} without white space, got ${got}`);
  }
  return value;
}
