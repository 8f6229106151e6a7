/** What is wanted, under the names that whoever wants it has for it. */
export type Named = { [name in string]: unknown };

/** Values that are wanted under names, some of which are still on their way. */
export class Wanted {
  readonly values: unknown[];
  /** The indices of those that are promises of what is on its way. */
  late?: number[];

  constructor(readonly names: readonly string[]) {
    this.values = new Array(names.length);
    this.late = undefined;
  }

  setLate(index: number, value: Promise<unknown>): void {
    this.values[index] = value;
    if (this.late) {
      this.late.push(index);
    } else {
      this.late = [index];
    }
  }

  /** To wait for before the values are asked for; undefined when all are there. */
  arrival(): Promise<unknown> | undefined {
    const { late, values } = this;
    if (!late) {
      return undefined;
    }
    return late.length === 1
      ? (values[late[0]] as Promise<unknown>)
      : Promise.all(late.length === values.length ? values : late.map(index => values[index]));
  }

  /**
   * An object of the values by name, in the same order.
   *
   * @param arrived - what {@link Wanted.arrival} has given
   */
  named(arrived: unknown): Named {
    const { names, values, late } = this;
    if (late) {
      for (let at = 0; at < late.length; at += 1) {
        values[late[at]] = late.length === 1 ? arrived : (arrived as unknown[])[at];
      }
    }
    const result: Named = {};
    for (let index = 0; index < names.length; index += 1) {
      result[names[index]] = values[index];
    }
    return result;
  }
}
