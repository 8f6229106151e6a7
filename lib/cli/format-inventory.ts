import type { BackendInventory, PluginInventory } from '../../migration-guides';
import { formatTable } from './table';
import type { Terminal } from './terminal';

const STATES: Record<BackendInventory['state'], string> = {
  legacy: 'is wired by hand',
  lifted: 'runs on createBackend() with legacy plugins',
  native: 'is all new',
};

/** Lines that show a backend and its plugins to a person. */
export function formatInventory(inventory: BackendInventory, colors: Terminal['colors']): string[] {
  const { plugins, rootRouters, blockers } = inventory;
  const table = formatTable(
    ['plugin', 'mounted at', 'state', 'style', 'next step', 'needs'],
    plugins.map(describePlugin),
    (cell, column, row) => {
      if (row === 'header') return colors.dim(cell);
      if (column === 0) return colors.bold(cell);
      return column === 2 ? colorState(plugins[row].state, cell, colors) : cell;
    },
  );
  const notes = [
    ...plugins.flatMap(({ id, notes: each }) => each.map(note => `${id}: ${note}`)),
    ...rootRouters.map(each => describeRootRouter(inventory, each)),
  ];
  return [
    `${colors.bold(inventory.backend)} ${STATES[inventory.state]} (${inventory.index})`,
    '',
    ...(plugins.length > 0 ? table : ['It has no plugins.']),
    ...formatList('To know', notes, colors.cyan),
    ...formatList('In the way', blockers, colors.yellow),
  ];
}

/** `1 plugin`, or `2 plugins`. */
export function countOf(plugins: readonly unknown[]): string {
  return `${plugins.length} ${plugins.length === 1 ? 'plugin' : 'plugins'}`;
}

/** What is mounted outside of `/api`. */
export function describeRootRouter(
  { index }: BackendInventory,
  { path, handler, line }: BackendInventory['rootRouters'][number],
): string {
  return `${index}:${line}: ${handler} is mounted at '${path || '/'}', beside the API`;
}

/** The colour of a state: what is done is green. */
export function colorState(
  state: PluginInventory['state'],
  text: string,
  colors: Terminal['colors'],
): string {
  return { legacy: colors.yellow, forklifted: colors.cyan, native: colors.green }[state](text);
}

function describePlugin(plugin: PluginInventory): string[] {
  const needs = plugin.envKeys.map(key => (key === '*' ? 'everything' : key)).join(', ');
  return [
    plugin.id,
    plugin.path ?? 'unknown',
    plugin.state,
    plugin.style,
    plugin.suggestedStep ?? '-',
    needs || '-',
  ];
}

function formatList(
  title: string,
  items: readonly string[],
  color: (text: string) => string,
): string[] {
  return items.length === 0 ? [] : ['', color(`${title}:`), ...items.map(item => `  ${item}`)];
}
