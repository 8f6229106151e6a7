import type { ExtensionPoint } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { checkFunction, checkObject, checkString, type Located } from './check';
import { invalidFeature } from './errors';

/** @throws InputError naming the path when the value is not a service ref of any generation */
export function checkServiceRef(
  value: unknown,
  owner: Located,
  key: string,
): asserts value is InternalServiceRef {
  checkObject(value, owner, key, 'a service reference object');
  checkString(value.id, owner, `${key}.id`);
  if (value.scope !== 'root' && value.scope !== 'plugin') {
    throw invalidFeature(`${owner.path}${key}.scope`, '"root" or "plugin"', value.scope);
  }
  if (value.__defaultFactory !== undefined) {
    checkFunction(value.__defaultFactory, owner, `${key}.__defaultFactory`);
  }
}

/** @throws InputError naming the path when the value is not an object of service refs by name */
export function checkServiceDeps(
  value: unknown,
  owner: Located,
  key: string,
): asserts value is { [name in string]: InternalServiceRef } {
  checkObject(value, owner, key, 'a dependency object');
  for (const [name, ref] of Object.entries(value)) {
    checkServiceRef(ref, owner, `${key}.${name}`);
  }
}

/** @throws InputError naming the path when the value is not an extension point ref */
export function checkExtensionPoint(
  value: unknown,
  owner: Located,
  key: string,
): asserts value is ExtensionPoint<unknown> {
  checkObject(value, owner, key, 'an extension point reference object');
  checkString(value.id, owner, `${key}.id`);
}

/** Tells whether a dependency is an extension point, by protocol. */
export function isExtensionPoint(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { $$type?: unknown }).$$type === '@backstage/ExtensionPoint'
  );
}
