import { ConflictError } from '@backstage/errors';

/**
 * Which task of this process each row of the table is for. MySQL takes ids for the same that differ in
 * case, accents or spaces at the end only, so that a row may have been made under another spelling.
 */
export class TaskIds {
  readonly #ids = new Map<string, string>();

  /** @throws ConflictError when another task of this process has the row */
  add(id: string, rowId: string): void {
    const other = this.#ids.get(rowId);
    if (other !== undefined && other !== id) {
      throw new ConflictError(
        `to the database, the ids '${id}' and '${other}' are the same, rename one of these tasks`,
      );
    }
    this.#ids.set(rowId, id);
  }

  /** The id that the task of a row has in this process. */
  of(rowId: string): string {
    return this.#ids.get(rowId) ?? rowId;
  }
}
