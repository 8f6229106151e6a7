import { inspect } from 'node:util';
import { InputError } from '@backstage/errors';
import { captureCallSite, describeCallSite } from './call-site';
import { checkOptions } from './check-options';
import { describeValue } from './describe-value';
import type { BackendFeature } from './feature';
import type { ServiceRef } from './service-ref';

/**
 * A module whose default export is a feature; doubly so for an ES module that imports a CommonJS one.
 */
export interface LoadedModule {
  default: BackendFeature | { default: BackendFeature };
}

/** Options of {@link createBackendFeatureLoader}. */
export interface CreateBackendFeatureLoaderOptions<TDeps extends { [name in string]: unknown }> {
  deps?: { [name in keyof TDeps]: ServiceRef<TDeps[name], 'root'> };
  /** Gives features, or imports of modules whose default export is a feature. */
  loader(
    deps: TDeps,
  ):
    | Iterable<BackendFeature | Promise<LoadedModule>>
    | Promise<Iterable<BackendFeature | Promise<LoadedModule>>>
    | AsyncIterable<BackendFeature | LoadedModule>;
}

/** What the wiring reads from a loader. */
export interface InternalFeatureLoader {
  $$type: '@backstage/BackendFeature';
  version: 'v1';
  featureType: 'loader';
  description: string;
  deps: { [name in string]: ServiceRef<unknown> };
  loader(deps: { [name in string]: unknown }): Promise<BackendFeature[]>;
}

/**
 * Creates a feature that decides at start which other features to install.
 *
 * @throws InputError when an option is missing or of another type
 */
export function createBackendFeatureLoader<TDeps extends { [name in string]: unknown }>(
  options: CreateBackendFeatureLoaderOptions<TDeps>,
): BackendFeature {
  const required = { loader: 'a function' } as const;
  checkOptions('createBackendFeatureLoader', options, required, { deps: 'an object' });
  const site = captureCallSite(createBackendFeatureLoader);
  const feature: InternalFeatureLoader = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'loader',
    get description() {
      return `created at '${describeCallSite(site)}'`;
    },
    deps: (options.deps ?? {}) as InternalFeatureLoader['deps'],
    async loader(deps) {
      const features: BackendFeature[] = [];
      const output: unknown = await options.loader(deps as TDeps);
      if (!isIterable(output)) {
        throw new InputError(
          `Invalid output of the loader, expected an iterable of features, received ${describeValue(output)}`,
        );
      }
      for await (const item of output) {
        features.push(featureOf(item));
      }
      return features;
    },
  };
  return feature;
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  const { [Symbol.iterator]: iterator, [Symbol.asyncIterator]: asyncIterator } = Object(value);
  return typeof iterator === 'function' || typeof asyncIterator === 'function';
}

function featureOf(item: unknown): BackendFeature {
  if ((typeof item === 'object' && item !== null) || typeof item === 'function') {
    if ('$$type' in item && item.$$type === '@backstage/BackendFeature') {
      return item as BackendFeature;
    }
    if ('default' in item) {
      return item.default as BackendFeature;
    }
  }
  throw new InputError(
    `Invalid item "${typeof item === 'string' ? item : inspect(item, { depth: 0 })}"`,
  );
}
