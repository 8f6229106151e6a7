import type { BackendFeature } from '../api';
import type { InternalFeatureLoader } from '../api/create-backend-feature-loader';
import type { InternalServiceFactory } from '../api/service-factory';
import { checkFunction, checkObjectOrFunction, checkString } from './check';
import { checkServiceDeps, checkServiceRef } from './check-refs';
import { failingFeatureFactory, invalidFeature } from './errors';

/** A plugin or module of any generation, before its `register` has run. */
export interface RegistrationsFeature {
  getRegistrations(): unknown;
}

/** A feature, recognised and checked. */
export type NormalFeature =
  | { type: 'service'; feature: InternalServiceFactory }
  | { type: 'loader'; feature: InternalFeatureLoader }
  | { type: 'registrations'; feature: RegistrationsFeature };

const FEATURE_TYPE = '@backstage/BackendFeature';
const FEATURE_FACTORY_TYPE = '@backstage/BackendFeatureFactory';

/**
 * Takes a feature out of up to two levels of `default`: a CommonJS package that is imported
 * dynamically from an ES module arrives as `{ default: { default: feature } }`.
 */
export function unwrapDefault(value: unknown): unknown {
  let current = value;
  for (let level = 0; level < 2; level += 1) {
    if ((typeof current !== 'object' && typeof current !== 'function') || current === null) {
      return current;
    }
    if ('$$type' in current || !('default' in current)) {
      return current;
    }
    current = current.default;
  }
  return current;
}

/** Tells whether something claims to be a feature, by protocol. */
export function isFeature(value: unknown): value is BackendFeature {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    (value as { $$type?: unknown }).$$type === FEATURE_TYPE
  );
}

/** Names a feature by what it says about itself, if it says anything. */
export function describeFeature(value: unknown): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return undefined;
  }
  const { service, featureType, description } = value as Record<string, unknown>;
  if (typeof service === 'object' && service !== null) {
    const { id } = service as Record<string, unknown>;
    if (typeof id === 'string') {
      return `service factory for ${JSON.stringify(id)}`;
    }
  }
  if (typeof description !== 'string') {
    return undefined;
  }
  return featureType === 'loader'
    ? `feature loader ${description}`
    : `backend feature ${description}`;
}

/**
 * Calls a feature factory of the 0.5 and 0.6 generations of `@backstage/backend-plugin-api`, which
 * exported functions that make the feature; gives anything else back as it is.
 */
export function unwrapFeatureFactory(value: unknown, path: string): unknown {
  if (
    typeof value !== 'function' ||
    (value as { $$type?: unknown }).$$type !== FEATURE_FACTORY_TYPE
  ) {
    return value;
  }
  try {
    return value();
  } catch (error) {
    throw failingFeatureFactory(path, error);
  }
}

/**
 * Recognises a feature of any generation.
 *
 * @param path - how messages name the feature
 * @throws InputError naming the path of the first thing that is not as it should be
 */
export function normaliseFeature(value: unknown, path: string): NormalFeature {
  checkObjectOrFunction(value, path);
  if (value.$$type !== FEATURE_TYPE) {
    throw invalidFeature(`${path}.$$type`, JSON.stringify(FEATURE_TYPE), value.$$type);
  }
  if (value.version !== 'v1') {
    throw invalidFeature(`${path}.version`, '"v1"', value.version);
  }
  if (value.featureType === 'service' || 'service' in value) {
    return { type: 'service', feature: checkServiceFactory(value, path) };
  }
  if (value.featureType === 'loader') {
    return { type: 'loader', feature: checkLoader(value, path) };
  }
  if (value.featureType === 'registrations' || 'getRegistrations' in value) {
    checkFunction(value.getRegistrations, `${path}.getRegistrations`);
    return { type: 'registrations', feature: value as unknown as RegistrationsFeature };
  }
  throw invalidFeature(
    `${path}.featureType`,
    '"service", "registrations", or "loader"',
    value.featureType,
  );
}

function checkServiceFactory(value: Record<string, unknown>, path: string): InternalServiceFactory {
  checkServiceRef(value.service, `${path}.service`);
  checkServiceDeps(value.deps, `${path}.deps`);
  checkFunction(value.factory, `${path}.factory`);
  if (value.createRootContext !== undefined) {
    checkFunction(value.createRootContext, `${path}.createRootContext`);
  }
  return value as unknown as InternalServiceFactory;
}

function checkLoader(value: Record<string, unknown>, path: string): InternalFeatureLoader {
  if (value.deps !== undefined) {
    checkServiceDeps(value.deps, `${path}.deps`);
  }
  checkFunction(value.loader, `${path}.loader`);
  if (value.description === undefined) {
    return { ...(value as unknown as InternalFeatureLoader), description: path };
  }
  checkString(value.description, `${path}.description`);
  return value as unknown as InternalFeatureLoader;
}
