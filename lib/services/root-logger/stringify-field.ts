/**
 * A value as JSON, whatever it is: errors as their stack, big integers as text, and where an object
 * refers to itself, that is said.
 */
export function stringifyField(value: unknown): string {
  try {
    return JSON.stringify(value instanceof Error ? describeError(value) : value) ?? 'undefined';
  } catch {
    return stringifyUnusual(value);
  }
}

/** What is worth logging of an error: JSON.stringify would leave out its message and stack. */
export function describeError(error: Error): object {
  return { ...error, name: error.name, message: error.message, stack: error.stack };
}

function stringifyUnusual(value: unknown): string {
  const open: unknown[] = [];
  try {
    return JSON.stringify(value, function (this: unknown, _key, child: unknown) {
      while (open.length > 0 && open.at(-1) !== this) {
        open.pop();
      }
      if (typeof child === 'bigint') {
        return child.toString();
      }
      if (typeof child !== 'object' || child === null) {
        return child;
      }
      if (open.includes(child)) {
        return '[Circular]';
      }
      open.push(child);
      return child;
    });
  } catch {
    return '"[field value not castable to string]"';
  }
}
