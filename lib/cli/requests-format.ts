import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isOpenApi } from '../parity';

/** What a file of requests may be. */
export type RequestsFormat = 'requests' | 'openapi' | 'har' | 'log' | 'scenario';

/** Tells by its name, or by its beginning, what a file of requests is. */
export function requestsFormat(file: string): RequestsFormat {
  const name = basename(file).toLowerCase();
  if (name.endsWith('.har')) {
    return 'har';
  }
  if (/\.(?:[cm]?[jt]s)$/.test(name)) {
    return 'scenario';
  }
  if (/\.(?:log|jsonl|ndjson|gz)$|\.log[.-]|access[._-]?log/.test(name)) {
    return 'log';
  }
  return isOpenApi(read(file)) ? 'openapi' : 'requests';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Whoever reads it for what it says tells what is wrong.
  }
}
