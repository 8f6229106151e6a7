import type { BackendFeature } from '../api';
import type { BackendStartupResult } from './startup-result';

/** A feature, or a function that makes one, as packages for early releases of the new system export. */
export type AddableFeature = BackendFeature | (() => BackendFeature);

/**
 * A module whose default export is a feature; doubly so for an ES module that imports a CommonJS one.
 */
export interface FeatureModule {
  default: AddableFeature | { default: AddableFeature };
}

/** A backend: features go in, then it starts, then it stops. */
export interface Backend {
  /**
   * Adds a plugin, module, service factory or feature loader, or an import of a module whose default
   * export is one.
   *
   * @throws Error when the backend has started
   */
  add(feature: AddableFeature | Promise<FeatureModule>): void;
  /**
   * Starts everything, once.
   *
   * @throws BackendStartupError when plugins or modules failed that it may not go on without
   */
  start(): Promise<{ result: BackendStartupResult }>;
  /** Stops everything, once. Later calls wait for the first. */
  stop(): Promise<void>;
}
