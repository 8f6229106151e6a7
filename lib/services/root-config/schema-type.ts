import type { JsonObject, JsonValue } from '@backstage/types';

/** Whether a value has the type, or one of the types, that a schema names. */
export function matchesType(type: unknown, value: JsonValue | undefined): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.some(name => {
    switch (name) {
      case 'null':
        return value === null;
      case 'array':
        return Array.isArray(value);
      case 'object':
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      case 'integer':
        return Number.isInteger(value);
      default:
        return typeof value === name;
    }
  });
}

/**
 * Converts `parent[key]` to the type that a schema names, where ajv's `coerceTypes` would: between
 * strings, numbers, booleans and null. Leaves everything else as it is.
 */
export function coerce(type: unknown, parent: JsonObject, key: string): void {
  const value = parent[key];
  const isScalar = typeof value !== 'object' || value === null;
  if (type === undefined || !isScalar || matchesType(type, value)) {
    return;
  }
  for (const name of Array.isArray(type) ? type : [type]) {
    const coerced = coerceTo(name, value);
    if (coerced !== undefined) {
      parent[key] = coerced;
      return;
    }
  }
}

function coerceTo(name: unknown, value: JsonValue | undefined): JsonValue | undefined {
  switch (name) {
    case 'string':
      return value === null ? '' : String(value);
    case 'number':
    case 'integer': {
      const number = value === '' ? NaN : Number(value);
      return Number.isNaN(number) || (name === 'integer' && number % 1 !== 0) ? undefined : number;
    }
    case 'boolean':
      if (value === 'false' || value === 0 || value === null) {
        return false;
      }
      return value === 'true' || value === 1 ? true : undefined;
    case 'null':
      return value === '' || value === 0 || value === false ? null : undefined;
    default:
      return undefined;
  }
}
