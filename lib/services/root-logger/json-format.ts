import { format, type Format } from 'logform';
import { createErrorReplacer } from './error-replacer';

/** A winston format that writes a line as JSON, its keys sorted. */
export function jsonFormat(): Format {
  return format.json({ replacer: createErrorReplacer() });
}
