import { ConflictError, ForwardedError, InputError, stringifyError } from '@backstage/errors';
import { describeValue } from '../api/describe-value';

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

/** Remembered, since errors from outside cannot be asked what they are: even that may throw. */
const invalidFeatures = new WeakSet<Error>();

function withCode<T extends Error>(code: WiringErrorCode, error: T): T & { code: WiringErrorCode } {
  if (code === 'INVALID_FEATURE') {
    invalidFeatures.add(error);
  }
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

/** A feature, or a part of one, that throws when it is looked at. */
export function unreadableFeature(path: string, error: unknown): Error {
  return withCode(
    'INVALID_FEATURE',
    new InputError(`Invalid backend feature at ${path}, it cannot be read`, toError(error)),
  );
}

/** Tells errors of malformed features from whatever such features throw themselves. */
export function isInvalidFeature(error: unknown): boolean {
  return invalidFeatures.has(error as Error);
}

/** A registration of a kind that no known version of the plugin API makes. */
export function invalidRegistrationType(path: string, type: unknown): Error {
  const what = typeof type === 'string' ? type : describeValue(type);
  return withCode(
    'INVALID_FEATURE',
    new InputError(
      `Invalid registration type '${what}' at ${path}, expected "plugin", "plugin-v1.1", "module" or "module-v1.1"`,
    ),
  );
}

/** A function that should have made a feature threw. */
export function failingFeatureFactory(path: string, error: unknown): Error {
  return withCode(
    'INVALID_FEATURE',
    new ForwardedError(`The feature factory given as ${path} failed`, toError(error)),
  );
}

/** A feature loader threw. */
export function failingLoader(description: string, error: unknown): Error {
  return withCode(
    'LOADER_FAILED',
    new ForwardedError(`Feature loader ${description} failed`, toError(error)),
  );
}

/** Things that wait for each other in a circle. */
export function circularDependency(message: string): Error {
  return withCode('CIRCULAR_DEPENDENCY', new ConflictError(message));
}

/** A setting whose value is not among the possible ones. */
export function invalidSetting(key: string, value: unknown, expected: string): Error {
  const received = typeof value === 'object' ? JSON.stringify(value) : describeValue(value);
  return withCode(
    'INVALID_CONFIG',
    new InputError(`Invalid value ${received} for '${key}', expected ${expected}`),
  );
}

/** What is wrong with the configuration, all of it at once. */
export function invalidSettings(errors: Error[]): Error {
  return errors.length === 1
    ? errors[0]
    : withCode('INVALID_CONFIG', new InputError(errors.map(({ message }) => message).join('\n')));
}

/** Gives anything that was thrown as an Error that can be read. */
export function toError(thrown: unknown): Error {
  if (!isReadable(thrown)) {
    return new Error(describeThrown(thrown));
  }
  return isError(thrown) ? thrown : new Error(stringifyError(thrown), { cause: thrown });
}

/** Tells what was thrown, which may be anything. */
export function describeThrown(thrown: unknown): string {
  try {
    return stringifyError(thrown);
  } catch {
    return `unknown error ${typeof thrown === 'symbol' ? String(thrown) : `of type '${typeof thrown}'`}`;
  }
}

/** Whether what was thrown can be told, and looked at by whoever gets it as the cause of an error. */
export function isReadable(thrown: unknown): boolean {
  try {
    stringifyError(thrown);
    if (isError(thrown)) {
      void thrown.stack; // throws, if it is to be
    }
    return true;
  } catch {
    return false;
  }
}

/** Errors of another realm, as jest has them, are not instances of our Error. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
