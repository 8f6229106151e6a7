import type { JsonValue } from '@backstage/types';

/** What `getBoolean` takes for true and false. */
const BOOLEAN = /^\s*(?:y|yes|true|1|on|n|no|false|0|off)\s*$/i;

/**
 * Whether a value is of a type, or of one of several types, of JSON schema.
 *
 * @param options.exactly - without the conversions that `getNumber` and `getBoolean` do, which let a
 *   value come from an environment variable
 */
export function hasType(
  type: string | readonly string[],
  value: JsonValue,
  { exactly = false } = {},
): boolean {
  const types = typeof type === 'string' ? [type] : type;
  return types.some(name => {
    switch (name) {
      case 'array':
        return Array.isArray(value);
      case 'object':
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      case 'number':
        return exactly ? typeof value === 'number' : isNumeric(value);
      case 'boolean':
        return typeof value === 'boolean' || (!exactly && BOOLEAN.test(String(value)));
      default:
        return typeof value === name;
    }
  });
}

/** Whether a value is a number, or text that reads as one. */
export function isNumeric(value: JsonValue): boolean {
  return (
    (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) &&
    Number.isFinite(Number(value))
  );
}
