import type { PluginMetadataService, ServiceRef } from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import type { InternalServiceRef, ServiceScope } from '../api/service-ref';
import { arrivalOf, named, type Wanted } from './named';
import { ROOT_REQUESTER, type Requester } from './requester';
import { ServiceCreation } from './service-creation';
import { failedInstantiation, missingServices, scopeViolation } from './service-errors';
import { PLUGIN_METADATA_ID, type ServiceFactories } from './service-factories';

/** Dependencies are looked up recursively, which must not fill the stack. */
const DEEP = 200;

/** The services of the root, or of one plugin. */
class Instances {
  readonly byFactory = new Map<InternalServiceFactory, Promise<unknown>>();
  readonly creations: ServiceCreation[] = [];
  metadata?: Promise<PluginMetadataService>;
}

/**
 * Makes the instances of services, each when it is first wanted: root scoped ones once, plugin scoped
 * ones once for each plugin.
 */
export class ServiceRegistry {
  readonly #factories: ServiceFactories;
  readonly #root = new Instances();
  readonly #plugins = new Map<string, Instances>();
  readonly #rootContexts = new Map<InternalServiceFactory, Promise<unknown>>();

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
    if (ref.id === PLUGIN_METADATA_ID) {
      return this.#metadataOf(requester.pluginId);
    }
    const factories = this.#factories.use(ref);
    if (!factories) {
      return ref.multiton ? Promise.resolve([]) : undefined;
    }
    if (factories instanceof Promise) {
      return factories.then(list => this.#all(ref, list, requester));
    }
    return this.#all(ref, factories, requester);
  }

  /** A service that has been made. Undefined when it is not, or not yet, or failed. */
  async peek<T>(
    ref: ServiceRef<T, ServiceScope, 'singleton'>,
    pluginId = ROOT_REQUESTER.pluginId,
  ): Promise<T | undefined> {
    const [factory] = this.#factories.provided(ref.id) ?? [];
    const instances = factory?.service.scope === 'root' ? this.#root : this.#plugins.get(pluginId);
    const instance = factory && instances?.byFactory.get(factory);
    return Promise.race([instance, undefined]).catch(() => undefined) as Promise<T | undefined>;
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
    factories: InternalServiceFactory[],
    requester: Requester = ROOT_REQUESTER,
  ): Promise<void> {
    for (const factory of factories) {
      await this.get(factory.service, requester);
    }
  }

  #of(pluginId: string): Instances {
    let instances = this.#plugins.get(pluginId);
    if (!instances) {
      instances = new Instances();
      this.#plugins.set(pluginId, instances);
    }
    return instances;
  }

  #metadataOf(pluginId: string): Promise<PluginMetadataService> {
    const instances = this.#of(pluginId);
    instances.metadata ??= Promise.resolve({ getId: () => pluginId });
    return instances.metadata;
  }

  #all(
    ref: InternalServiceRef,
    factories: InternalServiceFactory[],
    requester: Requester,
  ): Promise<unknown> {
    return this.#factories.isMultiton(ref)
      ? Promise.all(factories.map(factory => this.#one(factory, requester)))
      : this.#one(factories[0], requester);
  }

  #one(factory: InternalServiceFactory, requester: Requester): Promise<unknown> {
    const isRoot = factory.service.scope === 'root';
    const { byFactory, creations } = isRoot ? this.#root : this.#of(requester.pluginId);
    let instance = byFactory.get(factory);
    if (!instance) {
      const creation = new ServiceCreation(factory.service.id, requester);
      creations.push(creation);
      instance = this.#make(factory, creation);
      byFactory.set(factory, instance);
    }
    return instance;
  }

  #make(factory: InternalServiceFactory, creation: ServiceCreation): Promise<unknown> {
    const names = Object.keys(factory.deps);
    const refusal = this.#refusal(factory, names, creation);
    if (refusal) {
      creation.end();
      return Promise.reject(refusal);
    }
    return this.#run(factory, names, creation);
  }

  async #run(
    factory: InternalServiceFactory,
    names: string[],
    creation: ServiceCreation,
  ): Promise<unknown> {
    try {
      if (creation.depth % DEEP === 0) {
        await undefined; // begins with an empty stack
      }
      const context = factory.createRootContext && this.#contextOf(factory, creation);
      let deps: { [name in string]: unknown } = {};
      if (names.length > 0) {
        const wanted = this.#wanted(factory, names, creation);
        deps = named(wanted, await arrivalOf(wanted));
      }
      const rootContext = context && (await context);
      creation.readyMs = performance.now();
      const instance = await factory.factory(deps, rootContext);
      creation.end();
      return instance;
    } catch (error) {
      creation.end();
      const { id, scope } = factory.service;
      throw failedInstantiation(
        `service '${id}' for '${scope === 'root' ? 'root' : creation.pluginId}'`,
        'the factory function threw an error',
        error,
      );
    }
  }

  /** Why a service cannot even be tried to be made, if so. */
  #refusal(
    { service, deps }: InternalServiceFactory,
    names: string[],
    requester: Requester,
  ): Error | undefined {
    const missing: InternalServiceRef[] = [];
    for (const name of names) {
      const ref: InternalServiceRef = deps[name];
      if (!this.#factories.canProvide(ref)) {
        missing.push(ref);
      } else if (service.scope === 'root' && ref.scope !== 'root') {
        return scopeViolation(service.id, ref);
      }
    }
    return missing.length > 0
      ? missingServices(requester, service.id, missing, this.#factories.ids())
      : undefined;
  }

  #wanted({ deps }: InternalServiceFactory, names: string[], requester: Requester): Wanted {
    const values: unknown[] = [];
    for (const name of names) {
      values.push(this.get(deps[name], requester));
    }
    return { names, values };
  }

  #contextOf(factory: InternalServiceFactory, requester: Requester): Promise<unknown> {
    let context = this.#rootContexts.get(factory);
    if (!context) {
      context = this.#makeContext(factory, requester);
      // Dependencies that fail are told instead, and then nobody asks for the context.
      context.catch(() => {});
      this.#rootContexts.set(factory, context);
    }
    return context;
  }

  async #makeContext(factory: InternalServiceFactory, requester: Requester): Promise<unknown> {
    try {
      const names = Object.keys(factory.deps).filter(name => factory.deps[name].scope === 'root');
      const wanted = this.#wanted(factory, names, requester);
      return await factory.createRootContext!(named(wanted, await arrivalOf(wanted)));
    } catch (error) {
      throw failedInstantiation(
        `service '${factory.service.id}'`,
        'createRootContext threw an error',
        error,
      );
    }
  }
}
