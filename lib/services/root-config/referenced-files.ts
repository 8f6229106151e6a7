import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The files that a configuration file takes in with `$file` and `$include`, and those that they do. */
export function referencedFiles(path: string): string[] {
  return [...collect(path, new Set())];
}

function collect(path: string, found: Set<string>): Set<string> {
  const text = readText(path);
  if (!text.includes('$file') && !text.includes('$include')) {
    return found;
  }
  const { parseDocument, visit } = require('yaml') as typeof import('yaml');
  const folder = dirname(path);
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      const name = String(key);
      if (name !== '$file' && name !== '$include') {
        return;
      }
      const file = resolve(folder, substitute(String(value)).split('#')[0]);
      if (!found.has(file)) {
        found.add(file);
        if (name === '$include') {
          collect(file, found);
        }
      }
    },
  });
  return found;
}

/** A missing file is reported by whoever reads the values. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function substitute(text: string): string {
  return text.replace(/\$\{([^{}]+)\}/g, (_, name) => process.env[name.trim()]?.trim() ?? '');
}
