import { inspect } from 'node:util';
import { captureCallSite, describeCallSite } from './call-site';
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

/** Creates a feature that decides at start which other features to install. */
export function createBackendFeatureLoader<TDeps extends { [name in string]: unknown }>(
  options: CreateBackendFeatureLoaderOptions<TDeps>,
): BackendFeature {
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
      for await (const item of await options.loader(deps as TDeps)) {
        features.push(featureOf(item));
      }
      return features;
    },
  };
  return feature;
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
  throw new Error(
    `Invalid item "${typeof item === 'string' ? item : inspect(item, { depth: 0 })}"`,
  );
}
