/** Values that are wanted under names, some of which are still on their way. */
export interface Wanted {
  readonly names: string[];
  readonly values: unknown[];
}

/** Waits for all values; for a single one without the cost of `Promise.all`. */
export function arrivalOf({ values }: Wanted): Promise<unknown> | unknown {
  return values.length > 1 ? Promise.all(values) : values[0];
}

/** An object of values by name, in the same order, of what {@link arrivalOf} has given. */
export function named({ names }: Wanted, arrived: unknown): { [name in string]: unknown } {
  const result: { [name in string]: unknown } = {};
  if (names.length === 1) {
    result[names[0]] = arrived;
    return result;
  }
  for (let index = 0; index < names.length; index += 1) {
    result[names[index]] = (arrived as unknown[])[index];
  }
  return result;
}
