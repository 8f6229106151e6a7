/**
 * Lines of a table whose columns are as wide as their widest cell.
 *
 * @param decorate - called with each padded cell, for colours
 */
export function formatTable(
  header: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  decorate: (cell: string, column: number, row: number | 'header') => string = cell => cell,
): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column].length)),
  );
  const format = (cells: readonly string[], row: number | 'header') =>
    cells
      .map((cell, column) => {
        const isLast = column === cells.length - 1;
        return decorate(isLast ? cell : cell.padEnd(widths[column]), column, row);
      })
      .join('  ');
  return [format(header, 'header'), ...rows.map(format)];
}
