/** Paths that may not overlap: none of them is, or is below, another. Case does not matter. */
export class PathRegister {
  readonly #paths = new Map<string, string>();
  /** Every path above a registered one, with the first that is below it. */
  readonly #above = new Map<string, string>();

  /** @throws Error when the path overlaps with a registered one */
  add(path: string): void {
    const normalized = path.toLowerCase().replace(/\/+$/, '');
    const ancestors = pathsAbove(normalized);
    const other =
      [normalized, ...ancestors].map(known => this.#paths.get(known)).find(Boolean) ??
      this.#above.get(normalized);
    if (other) {
      throw new Error(`Path ${path} conflicts with the existing path ${other}`);
    }
    this.#paths.set(normalized, path);
    for (const ancestor of ancestors) {
      if (!this.#above.has(ancestor)) {
        this.#above.set(ancestor, path);
      }
    }
  }
}

/** `/a/b` and `/a` for `/a/b/c`. */
function pathsAbove(path: string): string[] {
  const above: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    above.push(path.slice(0, end));
  }
  return above;
}
