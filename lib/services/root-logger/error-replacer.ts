/**
 * A replacer for JSON in which errors keep their name, message, stack and cause, which JSON.stringify
 * would leave out. For one text at a time.
 */
export function createErrorReplacer(): (key: string, value: unknown) => unknown {
  let described = new Map<Error, object>();
  return (key, value) => {
    if (key === '') {
      described = new Map();
    }
    if (typeof value === 'bigint') {
      return value.toString();
    }
    if (!(value instanceof Error)) {
      return value;
    }
    // The same object for the same error, so that one that refers to itself is seen to be circular.
    const description = described.get(value) ?? describe(value);
    described.set(value, description);
    return description;
  };
}

function describe(error: Error): object {
  const { name, message, stack, cause } = error;
  return { ...error, name, message, stack, ...(cause !== undefined && { cause }) };
}
