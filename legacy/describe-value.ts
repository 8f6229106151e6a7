const MOST_KEYS = 8;

/** Says in an error what was given, for example `the string "x"` or `an object with 'a', 'b'`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) {
    return String(value);
  }
  if (typeof value === 'function') {
    return value.name ? `the function ${value.name}` : 'a function';
  }
  const { $$type } = value as { $$type?: unknown };
  if (typeof $$type === 'string') {
    return `a ${$$type}`;
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (typeof value !== 'object') {
    return `the ${typeof value} ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
  }
  const keys = Object.keys(value);
  const shown = keys.slice(0, MOST_KEYS).map(key => `'${key}'`);
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : '';
  return `an object ${shown.length > 0 ? `with ${shown.join(', ')}${more}` : 'without properties'}`;
}
