import type { ExtensionPoint } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { checkObject, type Located } from './check';
import { invalidFeature } from './errors';

const SERVICE_REF_TYPE = '@backstage/ServiceRef';
const EXTENSION_POINT_TYPE = '@backstage/ExtensionPoint';

/**
 * There are many refs, so a path is put together only when something is wrong with one.
 *
 * @param name - of the dependency, if the ref is one: it comes after the key in messages
 * @throws InputError naming the path when the value is not a service ref of any generation
 */
export function checkServiceRef(
  value: unknown,
  owner: Located,
  key: string,
  name?: string,
): asserts value is InternalServiceRef {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRef(owner, key, name, '', 'a service reference object', value);
  }
  const ref = value as Record<string, unknown>;
  checkRef(ref, SERVICE_REF_TYPE, owner, key, name);
  const { scope, multiton, __defaultFactory: defaultFactory } = ref;
  if (scope !== 'root' && scope !== 'plugin') {
    throw invalidRef(owner, key, name, '.scope', '"root" or "plugin"', scope);
  }
  // Refs of early releases do not know of it.
  if (multiton !== undefined && typeof multiton !== 'boolean') {
    throw invalidRef(owner, key, name, '.multiton', 'a boolean or nothing', multiton);
  }
  if (defaultFactory !== undefined && typeof defaultFactory !== 'function') {
    const member = '.__defaultFactory';
    throw invalidRef(owner, key, name, member, 'a function or nothing', defaultFactory);
  }
}

/** Dependencies by name, each read once. */
export interface Dependencies<TRef> {
  names: string[];
  refs: TRef[];
}

/** @throws InputError naming the path when the value is not an object of service refs by name */
export function readServiceDeps(
  value: unknown,
  owner: Located,
  key: string,
): Dependencies<InternalServiceRef> {
  checkObject(value, owner, key, 'a dependency object');
  const names = Object.keys(value);
  const refs = new Array<InternalServiceRef>(names.length);
  for (let index = 0; index < names.length; index += 1) {
    const ref = value[names[index]];
    checkServiceRef(ref, owner, key, names[index]);
    refs[index] = ref;
  }
  return { names, refs };
}

/**
 * As {@link readServiceDeps}.
 *
 * @throws InputError naming the path when the value is not an object of refs of either kind by name
 */
export function readInitDeps(
  value: unknown,
  owner: Located,
  key: string,
): Dependencies<InternalServiceRef | ExtensionPoint<unknown>> {
  checkObject(value, owner, key, 'a dependency object');
  const names = Object.keys(value);
  const refs = new Array<InternalServiceRef | ExtensionPoint<unknown>>(names.length);
  for (let index = 0; index < names.length; index += 1) {
    const ref = value[names[index]];
    if (isExtensionPoint(ref)) {
      checkExtensionPoint(ref, owner, key, names[index]);
      refs[index] = ref;
    } else {
      checkServiceRef(ref, owner, key, names[index]);
      refs[index] = ref;
    }
  }
  return { names, refs };
}

/**
 * As {@link checkServiceRef}.
 *
 * @throws InputError naming the path when the value is not an extension point ref
 */
export function checkExtensionPoint(
  value: unknown,
  owner: Located,
  key: string,
  name?: string,
): asserts value is ExtensionPoint<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRef(owner, key, name, '', 'an extension point reference object', value);
  }
  checkRef(value as Record<string, unknown>, EXTENSION_POINT_TYPE, owner, key, name);
}

/** Tells whether a dependency is an extension point, by protocol. */
export function isExtensionPoint(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { $$type?: unknown }).$$type === EXTENSION_POINT_TYPE
  );
}

/** How messages name a ref. Its own `toString` is not asked: it may be missing, or that of any object. */
export function describeRef(ref: { id: string }): string {
  return isExtensionPoint(ref) ? `extensionPoint{${ref.id}}` : `serviceRef{${ref.id}}`;
}

/** What refs of both kinds have in common. `T` is for the compiler: early releases throw when it is read. */
function checkRef(
  ref: Record<string, unknown>,
  type: string,
  owner: Located,
  key: string,
  name: string | undefined,
): void {
  // Stock Backstage does not ask for a type either.
  if (ref.$$type !== type && ref.$$type !== undefined) {
    throw invalidRef(owner, key, name, '.$$type', JSON.stringify(type), ref.$$type);
  }
  if (typeof ref.id !== 'string') {
    throw invalidRef(owner, key, name, '.id', 'a string', ref.id);
  }
  if (typeof ref.toString !== 'function' && ref.toString !== undefined) {
    throw invalidRef(owner, key, name, '.toString', 'a function or nothing', ref.toString);
  }
  if (typeof ref.toJSON !== 'function' && ref.toJSON !== undefined) {
    throw invalidRef(owner, key, name, '.toJSON', 'a function or nothing', ref.toJSON);
  }
}

function invalidRef(
  { path }: Located,
  key: string,
  name: string | undefined,
  member: string,
  expected: string,
  value: unknown,
): Error {
  const at = name === undefined ? path + key : `${path}${key}.${name}`;
  return invalidFeature(at + member, expected, value);
}
