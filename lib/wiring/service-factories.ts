import { coreServices } from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import type { InternalServiceRef } from '../api/service-ref';
import type { Located } from './check';
import { circularDependency, wiringError } from './errors';
import { describeBoth, FeatureSource } from './feature-source';
import { findCycles } from './find-cycles';
import { normaliseFeature } from './normalise-feature';
import { failedInstantiation } from './service-errors';

/** The id of the service that the framework itself makes, for each plugin its own. */
export const PLUGIN_METADATA_ID = coreServices.pluginMetadata.id;

/**
 * Which factories make which service. A factory that is added replaces the default one; those of a
 * multiton service accumulate.
 */
export class ServiceFactories {
  readonly #provided = new Map<string, InternalServiceFactory[]>();
  readonly #added = new Map<string, FeatureSource>();
  readonly #inUse = new Set<string>();
  readonly #loadedDefaults = new Map<unknown, Promise<InternalServiceFactory[]>>();
  /** Factories of default factory loaders, by service id, for the search for cycles. */
  readonly #defaults = new Map<string, InternalServiceFactory>();

  /**
   * @param defaults - the factories that any added one replaces
   * @throws InputError when one is malformed
   * @throws ConflictError when services depend on each other in a circle
   */
  constructor(defaults: readonly unknown[]) {
    defaults.forEach((value, index) => {
      const source = FeatureSource.builtIn(value, `default service factories[${index}]`);
      this.#provide(checkFactory(value, source));
    });
    this.checkForCircularDeps();
  }

  /**
   * Adds a factory.
   *
   * @throws Error when one was added for the same service, or an instance exists already
   */
  add(factory: InternalServiceFactory, source: FeatureSource): void {
    const { id, multiton } = factory.service as InternalServiceRef;
    if (id === PLUGIN_METADATA_ID) {
      throw wiringError('PROTECTED_SERVICE', `The ${id} service cannot be overridden`);
    }
    if (this.#inUse.has(id)) {
      throw wiringError(
        'SERVICE_IN_USE',
        `Unable to set service factory with id ${id}, service has already been instantiated`,
      );
    }
    if (!multiton) {
      const first = this.#added.get(id);
      if (first) {
        throw wiringError(
          'DUPLICATE_SERVICE',
          `Duplicate service implementations provided for ${id}, ${describeBoth(first, source)}; remove one of them`,
        );
      }
      this.#added.set(id, source);
    }
    this.#provide(factory);
  }

  /** Tells whether a factory was added for a service, as opposed to a default one. */
  hasBeenAdded(id: string): boolean {
    return id === PLUGIN_METADATA_ID || this.#added.has(id);
  }

  /** Tells whether something makes the service, be it nothing at all for a multiton service. */
  canProvide(ref: InternalServiceRef): boolean {
    return (
      ref.id === PLUGIN_METADATA_ID ||
      this.#provided.has(ref.id) ||
      Boolean(ref.multiton) ||
      ref.__defaultFactory !== undefined
    );
  }

  /**
   * The factories of a service, and from now on it is in use. Undefined when there are none.
   *
   * @returns a promise when the default factory of the ref has to be loaded
   */
  use(
    ref: InternalServiceRef,
  ): InternalServiceFactory[] | Promise<InternalServiceFactory[]> | undefined {
    this.#inUse.add(ref.id);
    const provided = this.#provided.get(ref.id);
    if (provided || !ref.__defaultFactory) {
      return provided;
    }
    let loaded = this.#loadedDefaults.get(ref.__defaultFactory);
    if (!loaded) {
      loaded = this.#loadDefault(ref);
      this.#loadedDefaults.set(ref.__defaultFactory, loaded);
    }
    return loaded;
  }

  /** The factories of a service, not counting what the default factory of a ref would make. */
  provided(id: string): readonly InternalServiceFactory[] | undefined {
    return this.#provided.get(id);
  }

  /** True when the services of a ref form an array, even if the ref is too old to know. */
  isMultiton(ref: InternalServiceRef): boolean {
    return (
      ref.multiton ??
      this.#provided.get(ref.id)?.some(factory => factory.service.multiton === true) ??
      false
    );
  }

  /** The factories of a scope whose services are made at start, in the order they were provided. */
  eager(scope: 'root' | 'plugin'): InternalServiceFactory[] {
    const eager: InternalServiceFactory[] = [];
    for (const [factory] of this.#provided.values()) {
      const { initialization, service } = factory;
      if (
        service.scope === scope &&
        (scope === 'root' ? initialization !== 'lazy' : initialization === 'always')
      ) {
        eager.push(factory);
      }
    }
    return eager;
  }

  /** The ids of all services that have a factory. */
  ids(): string[] {
    return [PLUGIN_METADATA_ID, ...this.#provided.keys()];
  }

  /** @throws ConflictError naming every circle of services that depend on each other */
  checkForCircularDeps(): void {
    const cycles = findCycles([...this.#provided.keys()], id => {
      const factories = this.#provided.get(id)!;
      return factories.length === 1
        ? dependencyIds(factories[0])
        : factories.flatMap(dependencyIds);
    });
    if (cycles.length > 0) {
      throw circularServices(cycles);
    }
  }

  #provide(factory: InternalServiceFactory): void {
    const { id, multiton } = factory.service as InternalServiceRef;
    const before = multiton ? this.#provided.get(id) : undefined;
    if (before) {
      before.push(factory);
    } else {
      this.#provided.set(id, [factory]);
    }
  }

  async #loadDefault(ref: InternalServiceRef): Promise<InternalServiceFactory[]> {
    let factory: InternalServiceFactory;
    try {
      const made = await ref.__defaultFactory!(ref as any);
      factory = checkFactory(
        typeof made === 'function' && !('$$type' in made && 'service' in made) ? made() : made,
        { path: `default factory for service ${JSON.stringify(ref.id)}` },
      );
    } catch (error) {
      throw failedInstantiation(
        `service '${ref.id}'`,
        'the default factory loader threw an error',
        error,
      );
    }
    this.#defaults.set(ref.id, factory);
    this.#checkNewDefault(ref.id);
    return [factory];
  }

  /** A circle of defaults can only be seen when the last of them is loaded. */
  #checkNewDefault(id: string): void {
    const next = (from: string) =>
      (this.#provided.get(from) ?? [this.#defaults.get(from)]).flatMap(factory =>
        factory ? dependencyIds(factory) : [],
      );
    const seen = new Set<string>();
    const paths: string[][] = [[id]];
    for (let path = paths.pop(); path; path = paths.pop()) {
      for (const dependency of next(path[path.length - 1])) {
        if (dependency === id) {
          throw circularServices([[...path, id]]);
        }
        if (!seen.has(dependency)) {
          seen.add(dependency);
          paths.push([...path, dependency]);
        }
      }
    }
  }
}

function checkFactory(value: unknown, source: Located): InternalServiceFactory {
  const { type, feature } = normaliseFeature(value, source);
  if (type !== 'service') {
    throw wiringError(
      'INVALID_FEATURE',
      `Invalid backend feature at ${source.path}, expected a service factory, received a ${type} feature`,
    );
  }
  return feature;
}

function dependencyIds(factory: InternalServiceFactory): string[] {
  return Object.values(factory.deps).map(ref => ref.id);
}

function circularServices(cycles: string[][]): Error {
  const lines = cycles.map(cycle => cycle.map(id => `'${id}'`).join(' -> '));
  return circularDependency(`Circular dependencies detected:\n  ${lines.join('\n  ')}`);
}
