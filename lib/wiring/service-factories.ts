import { coreServices } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import type { Located } from './check';
import type { CheckedFactory } from './checked-factory';
import { circularDependency, invalidFeature, wiringError } from './errors';
import { describeBoth, FeatureSource } from './feature-source';
import { findCycles } from './find-cycles';
import { Graph } from './graph';
import { normaliseFeature } from './normalise-feature';
import { failedInstantiation } from './service-errors';

/** The id of the service that the framework itself makes, for each plugin its own. */
export const PLUGIN_METADATA_ID = coreServices.pluginMetadata.id;

/** What is known of a service by its id. */
interface Entry {
  id: string;
  /** How many there were before. */
  index: number;
  /** Empty for services that only refs with default factories have been asked for. */
  factories: CheckedFactory[];
  /** Where its factory was added, as opposed to a default one. */
  addedBy?: FeatureSource;
  isInUse: boolean;
}

const NO_FACTORIES: CheckedFactory[] = [];

/**
 * Which factories make which service. A factory that is added replaces the default one; those of a
 * multiton service accumulate.
 */
export class ServiceFactories {
  readonly #entries = new Map<string, Entry>();
  readonly #inOrder: Entry[] = [];
  /** Those that have been given a factory whose service is made at start. */
  readonly #mayBeEager = new Set<Entry>();
  readonly #loadedDefaults = new Map<unknown, Promise<CheckedFactory[]>>();
  /** Factories of default factory loaders, by service id, for the search for cycles. */
  readonly #defaults = new Map<string, CheckedFactory>();

  /**
   * @param defaults - the factories that any added one replaces
   * @throws InputError when one is malformed
   * @throws ConflictError when services depend on each other in a circle
   */
  constructor(defaults: readonly unknown[]) {
    defaults.forEach((value, index) => {
      const source = FeatureSource.builtIn(value, `default service factories[${index}]`);
      const factory = checkFactory(value, source);
      this.#provide(this.#entry(factory.id), factory);
    });
    this.checkForCircularDeps();
  }

  /**
   * Adds a factory.
   *
   * @throws Error when one was added for the same service, or an instance exists already
   */
  add(factory: CheckedFactory, source: FeatureSource): void {
    const { id } = factory;
    if (id === PLUGIN_METADATA_ID) {
      throw wiringError('PROTECTED_SERVICE', `The ${id} service cannot be overridden`);
    }
    const entry = this.#entry(id);
    if (entry.isInUse) {
      throw wiringError(
        'SERVICE_IN_USE',
        `Unable to set service factory with id ${id}, service has already been instantiated`,
      );
    }
    if (!factory.isMultiton) {
      if (entry.addedBy) {
        throw wiringError(
          'DUPLICATE_SERVICE',
          `Duplicate service implementations provided for ${id}, ${describeBoth(entry.addedBy, source)}; remove one of them`,
        );
      }
      entry.addedBy = source;
    }
    this.#provide(entry, factory);
  }

  /** Tells whether a factory was added for a service, as opposed to a default one. */
  hasBeenAdded(id: string): boolean {
    return id === PLUGIN_METADATA_ID || this.#entries.get(id)?.addedBy !== undefined;
  }

  /** Tells whether something makes the service, be it nothing at all for a multiton service. */
  canProvide(ref: InternalServiceRef): boolean {
    return (
      this.provided(ref.id) !== undefined ||
      ref.multiton === true ||
      ref.__defaultFactory !== undefined ||
      ref.id === PLUGIN_METADATA_ID
    );
  }

  /**
   * The factories of a service, and from now on it is in use. Undefined when there are none.
   *
   * @returns a promise when the default factory of the ref has to be loaded
   */
  use(
    ref: InternalServiceRef,
  ): readonly CheckedFactory[] | Promise<readonly CheckedFactory[]> | undefined {
    const entry = this.#entry(ref.id);
    entry.isInUse = true;
    if (entry.factories.length > 0) {
      return entry.factories;
    }
    if (!ref.__defaultFactory) {
      return undefined;
    }
    let loaded = this.#loadedDefaults.get(ref.__defaultFactory);
    if (!loaded) {
      loaded = this.#loadDefault(ref);
      this.#loadedDefaults.set(ref.__defaultFactory, loaded);
    }
    return loaded;
  }

  /** The factories of a service, not counting what the default factory of a ref would make. */
  provided(id: string): readonly CheckedFactory[] | undefined {
    const factories = this.#entries.get(id)?.factories;
    return factories && factories.length > 0 ? factories : undefined;
  }

  /** True when the services of a ref form an array, even if the ref is too old to know. */
  isMultiton(ref: InternalServiceRef): boolean {
    return ref.multiton ?? this.provided(ref.id)?.some(({ isMultiton }) => isMultiton) ?? false;
  }

  /** The factories of a scope whose services are made at start, in the order they were provided. */
  eager(scope: 'root' | 'plugin'): CheckedFactory[] {
    return [...this.#mayBeEager]
      .sort((a, b) => a.index - b.index)
      .flatMap(({ factories: [first] }) =>
        first.isRoot === (scope === 'root') && first.isEager ? first : [],
      );
  }

  /** The ids of all services that have a factory. */
  ids(): string[] {
    const provided = this.#inOrder.filter(({ factories }) => factories.length > 0);
    return [PLUGIN_METADATA_ID, ...provided.map(({ id }) => id)];
  }

  /** @throws ConflictError naming every circle of services that depend on each other */
  checkForCircularDeps(): void {
    const entries = this.#inOrder;
    const graph = new Graph(entries.length, (node, targets) => {
      for (const { refs } of entries[node].factories) {
        for (const { id } of refs) {
          const entry = this.#entries.get(id);
          if (entry) {
            targets.push(entry.index);
          }
        }
      }
    });
    const cycles = findCycles(graph);
    if (cycles.length > 0) {
      throw circularServices(cycles.map(cycle => cycle.map(index => entries[index].id)));
    }
  }

  #provide(entry: Entry, factory: CheckedFactory): void {
    if (factory.isMultiton && entry.factories.length > 0) {
      entry.factories.push(factory);
    } else {
      entry.factories = [factory];
    }
    if (factory.isEager) {
      this.#mayBeEager.add(entry);
    }
  }

  #entry(id: string): Entry {
    let entry = this.#entries.get(id);
    if (!entry) {
      const index = this.#inOrder.length;
      entry = { id, index, factories: NO_FACTORIES, addedBy: undefined, isInUse: false };
      this.#entries.set(id, entry);
      this.#inOrder.push(entry);
    }
    return entry;
  }

  async #loadDefault(ref: InternalServiceRef): Promise<CheckedFactory[]> {
    let factory: CheckedFactory;
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
      (this.provided(from) ?? [this.#defaults.get(from)]).flatMap(factory =>
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

/** @throws InputError naming the path when the value is not a service factory */
export function checkFactory(value: unknown, source: Located): CheckedFactory {
  const { type, feature } = normaliseFeature(value, source);
  if (type !== 'service') {
    throw invalidFeature(`${source.path}.featureType`, '"service"', type);
  }
  return feature;
}

function dependencyIds({ refs }: CheckedFactory): string[] {
  return refs.map(({ id }) => id);
}

function circularServices(cycles: string[][]): Error {
  const lines = cycles.map(cycle => cycle.map(id => `'${id}'`).join(' -> '));
  return circularDependency(`Circular dependencies detected:\n  ${lines.join('\n  ')}`);
}
