import type { ExtensionPoint } from '../api';
import { checkOptions } from '../api/check-options';
import { checkFunction, checkObject, checkString } from './check';
import { checkExtensionPoint } from './check-refs';
import { invalidFeature } from './errors';

const MIDDLEWARE_TYPE = '@backstage/ExtensionPointFactoryMiddleware';

/** Wraps or replaces what one extension point hands to the modules that use it. */
export interface ExtensionPointFactoryMiddleware {
  $$type: '@backstage/ExtensionPointFactoryMiddleware';
}

/** A middleware, recognised and checked. */
export interface InternalExtensionPointFactoryMiddleware extends ExtensionPointFactoryMiddleware {
  version: 'v1';
  extensionPointId: string;
  middleware(original: unknown): Promise<unknown>;
}

/**
 * Creates a middleware for `createSpecializedBackend`.
 *
 * @example
 * ```ts
 * createExtensionPointFactoryMiddleware({
 *   extensionPoint: actionsExtensionPoint,
 *   middleware: async original => ({
 *     addActions: (...actions) => original.addActions(...actions.filter(isPermitted)),
 *   }),
 * });
 * ```
 */
export function createExtensionPointFactoryMiddleware<T>(options: {
  extensionPoint: ExtensionPoint<T>;
  middleware: (original: T) => Promise<T>;
}): ExtensionPointFactoryMiddleware {
  checkOptions('createExtensionPointFactoryMiddleware', options, {
    extensionPoint: 'an object',
    middleware: 'a function',
  });
  checkExtensionPoint(
    options.extensionPoint,
    { path: 'extension point factory middleware' },
    '.extensionPoint',
  );
  const internal: InternalExtensionPointFactoryMiddleware = {
    $$type: MIDDLEWARE_TYPE,
    version: 'v1',
    extensionPointId: options.extensionPoint.id,
    middleware: options.middleware as (original: unknown) => Promise<unknown>,
  };
  return internal;
}

/** @throws InputError naming the path of the first thing that is not as it should be */
export function checkExtensionPointFactoryMiddleware(
  value: unknown,
  path: string,
): InternalExtensionPointFactoryMiddleware {
  const owner = { path };
  checkObject(value, owner, '');
  if (value.$$type !== MIDDLEWARE_TYPE) {
    throw invalidFeature(`${path}.$$type`, JSON.stringify(MIDDLEWARE_TYPE), value.$$type);
  }
  if (value.version !== 'v1') {
    throw invalidFeature(`${path}.version`, '"v1"', value.version);
  }
  checkString(value.extensionPointId, owner, '.extensionPointId');
  checkFunction(value.middleware, owner, '.middleware');
  return value as unknown as InternalExtensionPointFactoryMiddleware;
}
