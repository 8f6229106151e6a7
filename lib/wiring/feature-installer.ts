import { isPromise } from 'node:util/types';
import type { InternalFeatureLoader } from '../api/create-backend-feature-loader';
import type { CheckedFactory } from './checked-factory';
import { toError, wiringError } from './errors';
import { FeatureSource } from './feature-source';
import {
  normaliseFeature,
  unwrapDefault,
  unwrapFeatureFactory,
  type NormalFeature,
} from './normalise-feature';
import { readRegistrations, type RawRegistration } from './normalise-registrations';
import { failedReading } from './reading-features';
import { runFeatureLoader } from './run-feature-loader';
import type { ServiceFactories } from './service-factories';
import type { ServiceRegistry } from './service-registry';

/** A loader, and the loaders that brought it, innermost last. */
interface InstalledLoader {
  loader: InternalFeatureLoader;
  source: FeatureSource;
  ancestors: InternalFeatureLoader[];
}

/** Collects what is given to `backend.add`, and sorts it by kind when the backend starts. */
export class FeatureInstaller {
  readonly #factories: ServiceFactories;
  readonly #added: FeatureSource[] = [];
  readonly #factoriesFromLoaders = new Map<string, InternalFeatureLoader>();
  /** Of plugins and modules. */
  readonly #registrations: FeatureSource[] = [];

  constructor(factories: ServiceFactories) {
    this.#factories = factories;
  }

  /**
   * @param value - a feature, or a promise of one, in up to two levels of `default`
   * @param callee - the function whose caller is named when something is wrong with the feature
   */
  add(value: unknown, callee: (...args: any[]) => unknown): void {
    const source = FeatureSource.added(value, this.#added.length, callee);
    if (isThenable(value, source)) {
      // Of our own kind, whatever may have a `then`.
      const imported = Promise.resolve(value);
      // A failed import is reported by start(), which may be waiting for another one.
      imported.catch(() => {});
      source.feature = imported;
    }
    this.#added.push(source);
  }

  /**
   * Waits for everything that was added, in order, and runs the feature loaders.
   *
   * @param onWait - called with what the backend is about to wait for
   */
  async install(services: ServiceRegistry, onWait: (what: () => string) => void): Promise<void> {
    const loaders: InstalledLoader[] = [];
    for (const source of this.#added.splice(0)) {
      if (isPromise(source.feature)) {
        source.feature = await this.#imported(source.feature, source, onWait);
      }
      const normal = normalised(source);
      if (normal.type === 'loader') {
        loaders.push({ loader: normal.feature, source, ancestors: [] });
      } else {
        this.#install(normal, source);
      }
    }
    this.#factories.checkForCircularDeps();
    await this.#runLoaders(loaders, services, onWait);
  }

  /** Runs `register` of every plugin and module. */
  readRegistrations(): RawRegistration[] {
    const registrations: RawRegistration[] = [];
    for (const source of this.#registrations.splice(0)) {
      readRegistrations(source, registrations);
    }
    return registrations;
  }

  /** The loaders that a loader gives run after everything else that it gives is installed. */
  async #runLoaders(
    loaders: InstalledLoader[],
    services: ServiceRegistry,
    onWait: (what: () => string) => void,
  ): Promise<void> {
    for (const installed of loaders) {
      const { loader, source, ancestors } = installed;
      onWait(() => source.path);
      const output = await runFeatureLoader(loader, source, services);
      const nested: InstalledLoader[] = [];
      let hasFactories = false;
      output.forEach((value, index) => {
        const loaded = FeatureSource.loaded(value, index, source);
        const normal = normalised(loaded);
        if (normal.type === 'loader') {
          const lineage = [...ancestors, loader];
          nested.push({ loader: normal.feature, source: loaded, ancestors: lineage });
        } else if (normal.type === 'service' && !normal.feature.isMultiton) {
          this.#installLoadedFactory(normal.feature, loaded, installed);
        } else {
          this.#install(normal, loaded);
        }
        hasFactories ||= normal.type === 'service';
      });
      if (hasFactories) {
        this.#factories.checkForCircularDeps();
      }
      await this.#runLoaders(nested, services, onWait);
    }
  }

  /** A factory that was added explicitly wins, silently; otherwise there must be one loader only. */
  #installLoadedFactory(
    factory: CheckedFactory,
    source: FeatureSource,
    { loader, ancestors }: InstalledLoader,
  ): void {
    const { id } = factory;
    const other = this.#factoriesFromLoaders.get(id);
    if (other && !ancestors.includes(other)) {
      throw wiringError(
        'DUPLICATE_SERVICE',
        `Duplicate service implementations provided for ${id} by both feature loader ${loader.description} and feature loader ${other.description}`,
      );
    }
    if (!this.#factories.hasBeenAdded(id)) {
      this.#factoriesFromLoaders.set(id, loader);
      this.#factories.add(factory, source);
    }
  }

  #install({ type, feature }: NormalFeature, source: FeatureSource): void {
    if (type === 'service') {
      this.#factories.add(feature, source);
    } else if (type === 'registrations') {
      this.#registrations.push(source);
    }
  }

  async #imported(
    value: PromiseLike<unknown>,
    source: FeatureSource,
    onWait: (what: () => string) => void,
  ): Promise<unknown> {
    onWait(() => `the import of the feature added ${source.description}`);
    try {
      return await value;
    } catch (error) {
      throw wiringError(
        'FEATURE_NOT_LOADED',
        `Failed to load the feature added ${source.description} (${source.path}), ${toError(error)}`,
        error,
      );
    }
  }
}

/** @throws InputError naming the path when the value is not a feature */
function normalised(source: FeatureSource): NormalFeature {
  try {
    source.feature = unwrapFeatureFactory(unwrapDefault(source.feature), source);
    return normaliseFeature(source.feature, source);
  } catch (error) {
    throw failedReading(error, source.feature, source, '');
  }
}

/** @throws InputError naming the path when the value cannot be asked */
function isThenable(value: unknown, source: FeatureSource): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch (error) {
    throw failedReading(error, value, source, '');
  }
}
