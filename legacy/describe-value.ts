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
  const keys = Object.keys(value).map(key => `'${key}'`);
  return `an object ${keys.length > 0 ? `with ${keys.join(', ')}` : 'without properties'}`;
}
