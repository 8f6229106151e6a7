import type { ExtensionPoint } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { checkFunction, checkObject, checkString } from './check';
import { invalidFeature } from './errors';

/** @throws InputError naming the path when the value is not a service ref of any generation */
export function checkServiceRef(value: unknown, path: string): asserts value is InternalServiceRef {
  checkObject(value, path, 'a service reference object');
  checkString(value.id, `${path}.id`);
  if (value.scope !== 'root' && value.scope !== 'plugin') {
    throw invalidFeature(`${path}.scope`, '"root" or "plugin"', value.scope);
  }
  if (value.__defaultFactory !== undefined) {
    checkFunction(value.__defaultFactory, `${path}.__defaultFactory`);
  }
}

/** @throws InputError naming the path when the value is not an object of service refs by name */
export function checkServiceDeps(
  value: unknown,
  path: string,
): asserts value is { [name in string]: InternalServiceRef } {
  checkObject(value, path, 'a dependency object');
  for (const [name, ref] of Object.entries(value)) {
    checkServiceRef(ref, `${path}.${name}`);
  }
}

/** @throws InputError naming the path when the value is not an extension point ref */
export function checkExtensionPoint(
  value: unknown,
  path: string,
): asserts value is ExtensionPoint<unknown> {
  checkObject(value, path, 'an extension point reference object');
  checkString(value.id, `${path}.id`);
}

/** Tells whether a dependency is an extension point, by protocol. */
export function isExtensionPoint(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { $$type?: unknown }).$$type === '@backstage/ExtensionPoint'
  );
}
