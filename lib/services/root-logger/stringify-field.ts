import { inspect } from 'node:util';
import { createErrorReplacer } from './error-replacer';

/** A value as JSON, errors included; what JSON has no words for is shown as Node.js shows it. */
export function stringifyField(value: unknown): string {
  try {
    return String(JSON.stringify(value, createErrorReplacer()));
  } catch {
    return inspect(value, { breakLength: Infinity });
  }
}
