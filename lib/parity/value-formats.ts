/** Finds all UUIDs in a text. */
export const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** A moment as JSON and databases write it. */
export const TIMESTAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** A word for the form of a value: values that differ each time they are given keep their form. */
export function formOf(value: unknown): string {
  if (typeof value !== 'string') {
    return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  }
  if (TIMESTAMP.test(value)) {
    return 'time';
  }
  const form = value.replace(UUID, '{id}');
  if (form === '{id}') {
    return 'id';
  }
  return /^\d+$/.test(value) ? 'digits' : value === '' ? 'empty' : 'text';
}
