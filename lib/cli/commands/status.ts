import { scanBackend, type PluginState } from '../../../migration-guides';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { colorState, countOf } from '../format-inventory';
import { formatTable } from '../table';
import type { Terminal } from '../terminal';

export interface StatusOptions {
  backend?: string;
  json?: boolean;
}

const STATES: PluginState[] = ['legacy', 'forklifted', 'native'];

/** `forklift status` */
export async function status(
  dir: string,
  options: StatusOptions,
  terminal: Terminal,
): Promise<number> {
  const { print, colors } = terminal;
  const { state, runtime, plugins } = await scanBackend(resolveFolder(dir), {
    backend: options.backend,
  });
  const count = (wanted: PluginState) => plugins.filter(plugin => plugin.state === wanted).length;
  if (options.json) {
    const counts = Object.fromEntries(STATES.map(each => [each, count(each)]));
    const states = plugins.map(({ id, state: each, suggestedStep }) => ({
      id,
      state: each,
      suggestedStep,
    }));
    print(JSON.stringify({ state, runtime, counts, plugins: states }, null, 2));
    return ExitCode.done;
  }
  const summary = STATES.map(each => colorState(each, `${count(each)} ${each}`, colors)).join(', ');
  print(`${countOf(plugins)}: ${summary}`);
  print();
  formatTable(
    ['plugin', 'state', 'next step'],
    plugins.map(({ id, state: each, suggestedStep }) => [id, each, suggestedStep ?? '-']),
    (cell, column, row) => {
      if (row === 'header') return colors.dim(cell);
      return column === 1 ? colorState(plugins[row].state, cell, colors) : cell;
    },
  ).forEach(line => print(line));
  return ExitCode.done;
}
