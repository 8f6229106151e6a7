import type { BackendFeature } from '../api';
import type { InternalFeatureLoader } from '../api/create-backend-feature-loader';
import type { InternalServiceFactory } from '../api/service-factory';
import { CheckedFactory } from './checked-factory';
import { checkFunction, checkObjectOrFunction, checkOptional, type Located } from './check';
import { checkServiceRef, readServiceDeps } from './check-refs';
import { failingFeatureFactory, invalidFeature } from './errors';

/** A plugin or module of any generation, before its `register` has run. */
export interface RegistrationsFeature {
  getRegistrations(): unknown;
}

/** A feature, recognised and checked. */
export type NormalFeature =
  | { type: 'service'; feature: CheckedFactory }
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
  try {
    return selfDescription(value);
  } catch {
    return undefined; // it cannot even be read
  }
}

function selfDescription(value: unknown): string | undefined {
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
export function unwrapFeatureFactory(value: unknown, source: Located): unknown {
  if (
    typeof value !== 'function' ||
    (value as { $$type?: unknown }).$$type !== FEATURE_FACTORY_TYPE
  ) {
    return value;
  }
  try {
    return value();
  } catch (error) {
    throw failingFeatureFactory(source.path, error);
  }
}

/**
 * Recognises a feature of any generation.
 *
 * @param source - how messages name the feature
 * @throws InputError naming the path of the first thing that is not as it should be
 */
export function normaliseFeature(value: unknown, source: Located): NormalFeature {
  checkObjectOrFunction(value, source);
  if (value.$$type !== FEATURE_TYPE) {
    throw invalidFeature(`${source.path}.$$type`, JSON.stringify(FEATURE_TYPE), value.$$type);
  }
  if (value.version !== 'v1') {
    throw invalidFeature(`${source.path}.version`, '"v1"', value.version);
  }
  switch (featureTypeOf(value)) {
    case 'service':
      return { type: 'service', feature: checkServiceFactory(value, source) };
    case 'loader':
      return { type: 'loader', feature: checkLoader(value, source) };
    case 'registrations':
      checkFunction(value.getRegistrations, source, '.getRegistrations');
      return { type: 'registrations', feature: value as unknown as RegistrationsFeature };
    default:
      throw invalidFeature(
        `${source.path}.featureType`,
        '"service", "registrations", or "loader"',
        value.featureType,
      );
  }
}

/** Early releases leave it to what else there is. */
function featureTypeOf(value: Record<string, unknown>): unknown {
  if (value.featureType !== undefined) {
    return value.featureType;
  }
  if ('service' in value) {
    return 'service';
  }
  return 'getRegistrations' in value ? 'registrations' : undefined;
}

function checkServiceFactory(value: Record<string, unknown>, source: Located): CheckedFactory {
  const { service } = value;
  checkServiceRef(service, source, '.service');
  const { names, refs } = readServiceDeps(value.deps, source, '.deps');
  checkFunction(value.factory, source, '.factory');
  checkOptional(value.createRootContext, 'function', source, '.createRootContext');
  const { initialization } = value;
  if (initialization !== undefined && initialization !== 'always' && initialization !== 'lazy') {
    throw invalidFeature(`${source.path}.initialization`, '"always" or "lazy"', initialization);
  }
  return new CheckedFactory(value as unknown as InternalServiceFactory, service, names, refs);
}

function checkLoader(value: Record<string, unknown>, source: Located): InternalFeatureLoader {
  if (value.deps !== undefined) {
    readServiceDeps(value.deps, source, '.deps');
  }
  checkFunction(value.loader, source, '.loader');
  checkOptional(value.description, 'string', source, '.description');
  if (value.description === undefined) {
    return { ...(value as unknown as InternalFeatureLoader), description: source.path };
  }
  return value as unknown as InternalFeatureLoader;
}
