import { listGuides, readGuide } from '../../../migration-guides';
import { ExitCode } from '../exit-code';
import { formatTable } from '../table';
import type { Terminal } from '../terminal';

/** `forklift guide` */
export async function guide(
  step: string | undefined,
  _options: object,
  { print, colors }: Terminal,
): Promise<number> {
  if (step !== undefined) {
    print((await readGuide(step)).trimEnd());
    return ExitCode.done;
  }
  const guides = await listGuides();
  formatTable(
    ['step', 'guide'],
    guides.map(({ step: name, title }) => [name, title]),
    (cell, column, row) =>
      row === 'header' ? colors.dim(cell) : column ? cell : colors.bold(cell),
  ).forEach(line => print(line));
  return ExitCode.done;
}
