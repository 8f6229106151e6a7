import type { Config } from '@backstage/config';

/**
 * Reads a list that may be given as an array, or as one string with spaces or commas between the values.
 *
 * @returns undefined when there are no values
 */
export function readStringList(config: Config, key: string): string[] | undefined {
  if (!config.has(key)) return undefined;
  const given = Array.isArray(config.get(key))
    ? config.getStringArray(key)
    : [config.getString(key)];
  const values = given.flatMap(value => value.split(/[ ,]/)).filter(Boolean);
  return values.length ? [...new Set(values)] : undefined;
}
