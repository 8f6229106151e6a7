import { InputError } from '@backstage/errors';
import { describeValue } from './describe-value';

type Expected = 'a string' | 'a function' | 'an object' | 'a boolean';

/**
 * Checks what somebody who has no compiler gives to one of our functions.
 *
 * @param caller - the function, for messages
 * @param required - the options that have to be there
 * @param optional - options that may be undefined
 * @throws InputError naming the first option that is missing or of another type
 */
export function checkOptions(
  caller: string,
  options: unknown,
  required: { [name in string]: Expected },
  optional: { [name in string]: Expected } = {},
): void {
  if (!isOfType(options, 'an object')) {
    throw invalidOptions(caller, 'options', 'an object', options);
  }
  for (const name of Object.keys(required)) {
    if (!isOfType(options[name], required[name])) {
      throw invalidOptions(caller, `options.${name}`, required[name], options[name]);
    }
  }
  for (const name of Object.keys(optional)) {
    if (options[name] !== undefined && !isOfType(options[name], optional[name])) {
      throw invalidOptions(caller, `options.${name}`, optional[name], options[name]);
    }
  }
}

/** An argument that is not what a function of ours takes. */
export function invalidOptions(
  caller: string,
  path: string,
  expected: string,
  received: unknown,
): Error {
  return new InputError(
    `Invalid argument of ${caller} at ${path}, expected ${expected}, received ${describeValue(received)}`,
  );
}

function isOfType(value: unknown, expected: Expected): value is Record<string, unknown> {
  return expected === 'an object'
    ? typeof value === 'object' && value !== null && !Array.isArray(value)
    : expected === `a ${typeof value}`;
}
