/** An object of values by name, in the same order. */
export function named(names: string[], values: unknown[]): { [name in string]: unknown } {
  const result: { [name in string]: unknown } = {};
  for (let index = 0; index < names.length; index += 1) {
    result[names[index]] = values[index];
  }
  return result;
}
