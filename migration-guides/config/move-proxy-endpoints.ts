import { isMap, isScalar } from 'yaml';
import type { ConfigChange } from './move-auth-keys';
import { columnAt, indented, nextLine, pairAt, rangeOf, type ConfigFile } from './yaml-place';

/** True for a file with proxies directly below `proxy`. */
export function hasRootProxies({ document }: ConfigFile): boolean {
  const proxy = document.get('proxy', true);
  return isMap(proxy) && proxy.items.some(({ key }) => isPath(key));
}

export function hasProxyEndpoints({ document }: ConfigFile): boolean {
  return document.hasIn(['proxy', 'endpoints']);
}

/** Moves the proxies below `proxy` to `proxy.endpoints`. */
export function moveProxyEndpoints({ source, document }: ConfigFile): ConfigChange {
  const { text } = source;
  const pair = pairAt(document, ['proxy']);
  const map = pair?.value;
  const key = rangeOf(pair?.key);
  if (!isMap(map) || map.flow || !key) {
    return { obstacle: 'proxy is not written with one key on each line' };
  }
  const others = map.items
    .filter(({ key: each }) => !isPath(each))
    .map(({ key: each }) => String(each));
  if (others.length > 0) {
    return { obstacle: `proxy has other settings beside paths: ${others.join(', ')}` };
  }
  const column = columnAt(text, rangeOf(map.items[0].key)?.[0] ?? 0);
  const start = nextLine(text, key[1]);
  const end = blockEnd(
    text,
    nextLine(text, rangeOf(map.items.at(-1)?.value)?.[1] ?? start),
    column,
  );
  const line = `${' '.repeat(column)}endpoints:\n`;
  return {
    text: text.slice(0, start) + line + indented(text.slice(start, end), 2) + text.slice(end),
  };
}

/** Comments below the last value, as far to the right, belong to the block. */
function blockEnd(text: string, end: number, column: number): number {
  let at = end;
  let last = end;
  while (at < text.length) {
    const next = nextLine(text, at + 1);
    const line = text.slice(at, next);
    if (line.trim() !== '' && !/^\s*#/.test(line)) break;
    if (/^\s*#/.test(line)) {
      if (line.search(/\S/) < column) break;
      last = next;
    }
    at = next;
  }
  return last;
}

function isPath(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'string' && key.value.startsWith('/');
}
