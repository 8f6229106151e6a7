import type { ParityDifference } from './difference';

/** Lists the differences between cookies that two answers set, by cookie and attribute. */
export function compareCookies(
  left: readonly string[] = [],
  right: readonly string[] = [],
): ParityDifference[] {
  const [a, b] = [parseCookies(left), parseCookies(right)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter(path => a.get(path) !== b.get(path))
    .map(path => ({ part: 'header', path, left: a.get(path), right: b.get(path) }));
}

function parseCookies(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of lines) {
    const [pair, ...attributes] = line.split(';');
    const [name, value] = split(pair);
    values.set(`set-cookie ${name}`, value);
    for (const attribute of attributes) {
      const [key, content] = split(attribute);
      values.set(`set-cookie ${name} ${key.toLowerCase()}`, content);
    }
  }
  return values;
}

function split(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return at === -1 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
