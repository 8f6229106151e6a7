import type { ServiceRef } from '../api';
import type { InternalServiceRef, ServiceScope } from '../api/service-ref';
import type { CheckedFactory } from './checked-factory';
import { Instances } from './instances';
import { isOwnPromise } from './is-own-promise';
import { Wanted } from './wanted';
import { ROOT_REQUESTER, type Requester } from './requester';
import { ServiceCreation } from './service-creation';
import { failedInstantiation, missingServices, scopeViolation } from './service-errors';
import { PLUGIN_METADATA_ID, type ServiceFactories } from './service-factories';

/** Dependencies are looked up recursively, which must not fill the stack. */
const DEEP = 200;

const NONE: readonly CheckedFactory[] = [];

/**
 * Makes the instances of services, each when it is first wanted: root scoped ones once, plugin scoped
 * ones once for each plugin.
 */
export class ServiceRegistry {
  readonly #factories: ServiceFactories;
  readonly #root = new Instances(ROOT_REQUESTER.pluginId);
  readonly #plugins = new Map<string, Instances>();
  /** What `createRootContext` of each factory has given, or until then a promise of it. */
  readonly #rootContexts = new Map<CheckedFactory, unknown>();

  constructor(factories: ServiceFactories) {
    this.#factories = factories;
  }

  /**
   * The service of a ref. Undefined when nothing makes it.
   *
   * @param requester - for whom; its plugin gets its own instance of a plugin scoped service
   */
  get(
    ref: InternalServiceRef,
    requester: Requester = ROOT_REQUESTER,
  ): Promise<unknown> | undefined {
    const factories = this.#factoriesOf(ref);
    return factories && Promise.resolve(this.#made(ref, factories, requester));
  }

  /**
   * As {@link ServiceRegistry.get}, for a service that can be provided.
   *
   * @returns the service if it is there, and otherwise a promise of it
   */
  want(ref: InternalServiceRef, requester: Requester): unknown {
    const factories = this.#factoriesOf(ref);
    return factories && this.#made(ref, factories, requester);
  }

  /** A service that has been made. Undefined when it is not, or not yet, or failed. */
  async peek<T>(
    ref: ServiceRef<T, ServiceScope, 'singleton'>,
    pluginId = ROOT_REQUESTER.pluginId,
  ): Promise<T | undefined> {
    const [factory] = this.#factories.provided(ref.id) ?? [];
    const instances = factory?.isRoot ? this.#root : this.#plugins.get(pluginId);
    const outcome = factory && instances?.creationBy(factory)?.outcome;
    return isOwnPromise(outcome) ? undefined : (outcome as T | undefined);
  }

  /** What has been made or is being made for a plugin; of root scope, when no plugin is given. */
  creations(pluginId?: string): readonly ServiceCreation[] {
    const instances = pluginId === undefined ? this.#root : this.#plugins.get(pluginId);
    return instances?.creations ?? [];
  }

  /** Tells whether something makes a service. */
  canProvide(ref: InternalServiceRef): boolean {
    return this.#factories.canProvide(ref);
  }

  /** The ids of all services that have a factory. */
  ids(): string[] {
    return this.#factories.ids();
  }

  /** Makes the services that do not wait until they are wanted, one after the other. */
  async makeEager(
    factories: readonly CheckedFactory[],
    requester: Requester = ROOT_REQUESTER,
  ): Promise<void> {
    for (const { feature } of factories) {
      await this.want(feature.service, requester);
    }
  }

  #of(pluginId: string): Instances {
    let instances = this.#plugins.get(pluginId);
    if (!instances) {
      instances = new Instances(pluginId);
      this.#plugins.set(pluginId, instances);
    }
    return instances;
  }

  /** Undefined when nothing makes the service; a promise when its default factory has to be loaded. */
  #factoriesOf(
    ref: InternalServiceRef,
  ): readonly CheckedFactory[] | Promise<readonly CheckedFactory[]> | undefined {
    if (ref.id === PLUGIN_METADATA_ID) {
      return NONE;
    }
    return this.#factories.use(ref) ?? (ref.multiton ? NONE : undefined);
  }

  #made(
    ref: InternalServiceRef,
    factories: readonly CheckedFactory[] | Promise<readonly CheckedFactory[]>,
    requester: Requester,
  ): unknown {
    if (ref.id === PLUGIN_METADATA_ID) {
      return this.#of(requester.pluginId).metadata;
    }
    if (isOwnPromise(factories)) {
      return factories.then(loaded => this.#made(ref, loaded, requester));
    }
    return this.#factories.isMultiton(ref)
      ? Promise.all(factories.map(factory => this.#one(factory, requester)))
      : this.#one(factories[0], requester);
  }

  #one(factory: CheckedFactory, requester: Requester): unknown {
    const instances = factory.isRoot ? this.#root : this.#of(requester.pluginId);
    let creation = instances.creationBy(factory);
    if (!creation) {
      creation = new ServiceCreation(factory, requester);
      instances.add(creation);
      creation.outcome = this.#make(creation);
    }
    return creation.outcome;
  }

  #make(creation: ServiceCreation): Promise<unknown> {
    const refusal = this.#refusal(creation);
    if (refusal) {
      creation.end();
      return Promise.reject(refusal);
    }
    return this.#run(creation);
  }

  async #run(creation: ServiceCreation): Promise<unknown> {
    const { factory } = creation;
    try {
      if (creation.depth % DEEP === 0) {
        await undefined; // begins with an empty stack
      }
      const context = factory.feature.createRootContext && this.#contextOf(creation);
      const wanted = this.#wanted(factory.names, factory.refs, creation);
      const arrival = wanted.arrival();
      const deps = wanted.named(arrival && (await arrival));
      const rootContext = isOwnPromise(context) ? await context : context;
      creation.ready();
      const instance = await factory.feature.factory(deps, rootContext);
      creation.outcome = instance;
      creation.end();
      return instance;
    } catch (error) {
      creation.end();
      const { id, isRoot } = factory;
      throw failedInstantiation(
        `service '${id}' for '${isRoot ? 'root' : creation.pluginId}'`,
        'the factory function threw an error',
        error,
      );
    }
  }

  /** Why a service cannot even be tried to be made, if so. */
  #refusal(creation: ServiceCreation): Error | undefined {
    const { id, isRoot, refs } = creation.factory;
    let missing: InternalServiceRef[] | undefined;
    for (const ref of refs) {
      if (!this.#factories.canProvide(ref)) {
        (missing ??= []).push(ref);
      } else if (isRoot && ref.scope !== 'root') {
        return scopeViolation(id, ref);
      }
    }
    return missing && missingServices(creation, id, missing, this.#factories.ids());
  }

  #wanted(
    names: readonly string[],
    refs: readonly InternalServiceRef[],
    requester: Requester,
  ): Wanted {
    const wanted = new Wanted(names);
    for (let index = 0; index < refs.length; index += 1) {
      const service = this.want(refs[index], requester);
      if (isOwnPromise(service)) {
        wanted.setLate(index, service);
      } else {
        wanted.values[index] = service;
      }
    }
    return wanted;
  }

  #contextOf(creation: ServiceCreation): unknown {
    const { factory } = creation;
    if (!this.#rootContexts.has(factory)) {
      const context = this.#makeContext(creation);
      this.#rootContexts.set(factory, context);
      // Dependencies that fail are told instead, and then nobody asks for the context.
      context.then(
        made => this.#rootContexts.set(factory, made),
        () => {},
      );
    }
    return this.#rootContexts.get(factory);
  }

  async #makeContext(creation: ServiceCreation): Promise<unknown> {
    const { id, feature, names, refs } = creation.factory;
    try {
      const isRoot = (_: unknown, index: number) => refs[index].scope === 'root';
      const wanted = this.#wanted(names.filter(isRoot), refs.filter(isRoot), creation);
      return await feature.createRootContext!(wanted.named(await wanted.arrival()));
    } catch (error) {
      throw failedInstantiation(`service '${id}'`, 'createRootContext threw an error', error);
    }
  }
}
