import { serializeError } from '@backstage/errors';

const LENGTH_LIMIT = 100_000;
const MESSAGE_LIMIT = 10_000;

/**
 * The error of a run as the table and the states of local tasks hold it. Of one that cannot be written,
 * or is too long to be kept, only name and message remain.
 */
export function errorJson(error: Error): string {
  try {
    const includeStack = process.env.NODE_ENV === 'development';
    const json = JSON.stringify(serializeError(error, { includeStack }));
    if (json.length <= LENGTH_LIMIT) return json;
  } catch {
    // a getter that throws, a bigint
  }
  return JSON.stringify({
    name: shortened(() => error.name),
    message: shortened(() => error.message),
  });
}

function shortened(read: () => string): string {
  try {
    return String(read()).slice(0, MESSAGE_LIMIT);
  } catch {
    return 'unknown';
  }
}

/** The same JSON for a database whose character set lacks some letters. */
export function inAscii(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
