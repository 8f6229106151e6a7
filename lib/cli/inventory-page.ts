import type { BackendInventory, PluginInventory } from '../../migration-guides';
import { countOf, describeRootRouter } from './format-inventory';

const COLUMNS: ReadonlyArray<readonly [title: string, cell: (plugin: PluginInventory) => string]> =
  [
    ['Plugin', ({ id }) => `<strong>${escape(id)}</strong>`],
    ['Mounted at', ({ path }) => `<code>${escape(path ?? 'unknown')}</code>`],
    ['State', ({ state }) => `<span class="${state}">${state}</span>`],
    ['Style', ({ style }) => style],
    ['Packages', ({ packages }) => packages.map(code).join('<br>')],
    ['Needs', ({ envKeys }) => escape(envKeys.join(', ').replace('*', 'everything'))],
    ['Next step', ({ suggestedStep }) => suggestedStep ?? ''],
    ['To know', ({ notes }) => notes.map(escape).join('<br>')],
  ];

const STYLE = `
  :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.4 }
  body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
  .wide { overflow-x: auto }
  table { border-collapse: collapse; width: 100% }
  th, td { border-bottom: 1px solid #8886; padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top }
  .legacy, .forklifted, .native { border-radius: 1em; color: #fff; padding: .1em .6em }
  .legacy { background: #8a5300 } .forklifted { background: #0b6478 } .native { background: #1b6b2b }`;

/** A web page, complete in itself, that shows a backend and its plugins. */
export function formatInventoryPage(inventory: BackendInventory): string {
  const { backend, index, state, plugins, rootRouters, blockers } = inventory;
  const header = COLUMNS.map(([title]) => `<th scope="col">${title}</th>`).join('');
  const rows = plugins.map(
    plugin => `<tr>${COLUMNS.map(([, cell]) => `<td>${cell(plugin)}</td>`).join('')}</tr>`,
  );
  const beside = rootRouters.map(each => describeRootRouter(inventory, each));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(backend)}: ${countOf(plugins)}</title>
<style>${STYLE}
</style>
<h1>${escape(backend)}</h1>
<p>${countOf(plugins)}, ${state}, wired in ${code(index)}.</p>
<div class="wide">
<table>
<thead><tr>${header}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
${list('Beside the API', beside)}${list('In the way', blockers)}</html>
`;
}

function list(title: string, items: readonly string[]): string {
  const lines = items.map(item => `<li>${escape(item)}</li>\n`).join('');
  return lines && `<h2>${title}</h2>\n<ul>\n${lines}</ul>\n`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, character => entities[character]);
}
