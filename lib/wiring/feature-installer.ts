import { isPromise } from 'node:util/types';
import type { InternalFeatureLoader } from '../api/create-backend-feature-loader';
import { toError, wiringError } from './errors';
import { FeatureSource } from './feature-source';
import {
  normaliseFeature,
  unwrapDefault,
  unwrapFeatureFactory,
  type NormalFeature,
  type RegistrationsFeature,
} from './normalise-feature';
import { readRegistrations, type RawRegistration } from './normalise-registrations';
import { readingFeature } from './reading-features';
import { runFeatureLoader } from './run-feature-loader';
import type { ServiceFactories } from './service-factories';
import type { ServiceRegistry } from './service-registry';

/** A feature, sorted by kind, with where it came from. */
type Installable = NormalFeature & { source: FeatureSource };

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
  readonly #registrations: Array<{ feature: RegistrationsFeature; source: FeatureSource }> = [];

  constructor(factories: ServiceFactories) {
    this.#factories = factories;
  }

  /**
   * @param value - a feature, or a promise of one, in up to two levels of `default`
   * @param callee - the function whose caller is named when something is wrong with the feature
   */
  add(value: unknown, callee: (...args: any[]) => unknown): void {
    let feature = value;
    const owner = { path: `features[${this.#added.length}]` };
    if (readingFeature(value, owner, '', () => isThenable(value))) {
      // Of our own kind, whatever may have a `then`.
      const imported = Promise.resolve(value);
      // A failed import is reported by start(), which may be waiting for another one.
      imported.catch(() => {});
      feature = imported;
    }
    this.#added.push(FeatureSource.added(feature, this.#added.length, callee));
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
      const installable = toInstallable(source);
      if (installable.type === 'loader') {
        loaders.push({ loader: installable.feature, source: installable.source, ancestors: [] });
      } else {
        this.#install(installable);
      }
    }
    this.#factories.checkForCircularDeps();
    await this.#runLoaders(loaders, services, onWait);
  }

  /** Runs `register` of every plugin and module. */
  readRegistrations(): RawRegistration[] {
    const registrations: RawRegistration[] = [];
    for (const { feature, source } of this.#registrations.splice(0)) {
      readRegistrations(feature, source, registrations);
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
        const feature = toInstallable(FeatureSource.loaded(value, index, source));
        if (feature.type === 'loader') {
          const lineage = [...ancestors, loader];
          nested.push({ loader: feature.feature, source: feature.source, ancestors: lineage });
        } else if (feature.type === 'service' && !feature.feature.service.multiton) {
          this.#installLoadedFactory(feature, installed);
        } else {
          this.#install(feature);
        }
        hasFactories ||= feature.type === 'service';
      });
      if (hasFactories) {
        this.#factories.checkForCircularDeps();
      }
      await this.#runLoaders(nested, services, onWait);
    }
  }

  /** A factory that was added explicitly wins, silently; otherwise there must be one loader only. */
  #installLoadedFactory(
    installable: Installable & { type: 'service' },
    { loader, ancestors }: InstalledLoader,
  ): void {
    const { id } = installable.feature.service;
    const other = this.#factoriesFromLoaders.get(id);
    if (other && !ancestors.includes(other)) {
      throw wiringError(
        'DUPLICATE_SERVICE',
        `Duplicate service implementations provided for ${id} by both feature loader ${loader.description} and feature loader ${other.description}`,
      );
    }
    if (!this.#factories.hasBeenAdded(id)) {
      this.#factoriesFromLoaders.set(id, loader);
      this.#install(installable);
    }
  }

  #install(installable: Installable): void {
    if (installable.type === 'service') {
      this.#factories.add(installable.feature, installable.source);
    } else if (installable.type === 'registrations') {
      this.#registrations.push(installable);
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
        `Failed to load the feature added ${source.description}, ${toError(error)}`,
        error,
      );
    }
  }
}

/** @throws InputError naming the path when the value is not a feature */
function toInstallable(source: FeatureSource): Installable {
  return readingFeature(source.feature, source, '', () => {
    source.feature = unwrapFeatureFactory(unwrapDefault(source.feature), source);
    const installable = normaliseFeature(source.feature, source) as Installable;
    installable.source = source;
    return installable;
  });
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
