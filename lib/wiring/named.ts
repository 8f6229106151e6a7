/**
 * An object of values by name, in the same order, once all of them are there. Waits for a single one
 * without the cost of `Promise.all`.
 */
export async function named(
  names: string[],
  wanted: unknown[],
): Promise<{ [name in string]: unknown }> {
  const result: { [name in string]: unknown } = {};
  if (names.length === 1) {
    result[names[0]] = await wanted[0];
    return result;
  }
  const values = names.length > 0 ? await Promise.all(wanted) : [];
  for (let index = 0; index < names.length; index += 1) {
    result[names[index]] = values[index];
  }
  return result;
}
