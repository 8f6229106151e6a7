import { ConflictError, ForwardedError, InputError, stringifyError } from '@backstage/errors';

/**
 * What can go wrong while features are wired. Each error carries one of these codes, so that a message
 * may improve without breaking who relies on the kind.
 */
export type WiringErrorCode =
  | 'INVALID_FEATURE'
  | 'FEATURE_NOT_LOADED'
  | 'LOADER_FAILED'
  | 'DUPLICATE_SERVICE'
  | 'PROTECTED_SERVICE'
  | 'SERVICE_IN_USE'
  | 'SERVICE_MISSING'
  | 'SERVICE_FAILED'
  | 'SCOPE_VIOLATION'
  | 'CIRCULAR_DEPENDENCY'
  | 'ALREADY_REGISTERED'
  | 'ILLEGAL_EXTENSION_POINT'
  | 'PLUGIN_MISSING'
  | 'INVALID_LIFECYCLE'
  | 'INVALID_CONFIG'
  | 'SHUTDOWN_INCOMPLETE'
  | 'WRONG_STATE';

function withCode<T extends Error>(code: WiringErrorCode, error: T): T & { code: WiringErrorCode } {
  return Object.assign(error, { code });
}

/** An error of the wiring that is not about malformed input. */
export function wiringError(code: WiringErrorCode, message: string, cause?: unknown): Error {
  return withCode(code, cause === undefined ? new Error(message) : new Error(message, { cause }));
}

/** A feature, or a part of one, that is not what it should be. */
export function invalidFeature(path: string, expected: string, received: unknown): Error {
  return withCode(
    'INVALID_FEATURE',
    new InputError(
      `Invalid backend feature at ${path}, expected ${expected}, received ${describeValue(received)}`,
    ),
  );
}

/** A registration of a kind that no known version of the plugin API makes. */
export function invalidRegistrationType(type: unknown): Error {
  return withCode(
    'INVALID_FEATURE',
    new InputError(
      `Invalid registration type '${typeof type === 'string' ? type : describeValue(type)}'`,
    ),
  );
}

/** A function that should have made a feature threw. */
export function failingFeatureFactory(path: string, error: unknown): Error {
  return withCode(
    'INVALID_FEATURE',
    new ForwardedError(`The feature factory given as ${path} failed`, error),
  );
}

/** A feature loader threw. */
export function failingLoader(description: string, error: unknown): Error {
  return withCode(
    'LOADER_FAILED',
    new ForwardedError(`Feature loader ${description} failed`, error),
  );
}

/** Things that wait for each other in a circle. */
export function circularDependency(message: string): Error {
  return withCode('CIRCULAR_DEPENDENCY', new ConflictError(message));
}

/** A setting whose value is not among the possible ones. */
export function invalidSetting(key: string, value: unknown, expected: readonly string[]): Error {
  const choices = expected.map(choice => `'${choice}'`).join(' or ');
  return withCode(
    'INVALID_CONFIG',
    new InputError(`Invalid value ${describeValue(value)} for '${key}', expected ${choices}`),
  );
}

/** Gives anything that was thrown as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error || isErrorLike(thrown)
    ? (thrown as Error)
    : new Error(stringifyError(thrown), { cause: thrown });
}

/** Errors of another realm, as jest has them, are not instances of our Error. */
function isErrorLike(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Error]';
}

function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) {
        return 'null';
      }
      return Array.isArray(value) ? 'an array' : 'an object';
    default:
      return String(value);
  }
}
