import type { PluginMetadataService, ServiceRef } from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import type { InternalServiceRef, ServiceScope } from '../api/service-ref';
import { ROOT_REQUESTER, type Requester } from './requester';
import { failedInstantiation, missingServices, scopeViolation } from './service-errors';
import type { ServiceCreation } from './service-creation';
import { PLUGIN_METADATA_ID, type ServiceFactories } from './service-factories';

/** Dependencies are looked up recursively, which must not fill the stack. */
const DEEP = 200;

interface PluginInstances {
  context?: Promise<unknown>;
  byPlugin: Map<string, Promise<unknown>>;
}

/**
 * Makes the instances of services, each when it is first wanted: root scoped ones once, plugin scoped
 * ones once for each plugin.
 */
export class ServiceRegistry {
  readonly #factories: ServiceFactories;
  readonly #rootInstances = new Map<InternalServiceFactory, Promise<unknown>>();
  readonly #pluginInstances = new Map<InternalServiceFactory, PluginInstances>();
  readonly #pluginMetadata = new Map<string, Promise<PluginMetadataService>>();
  readonly #creations = new Map<string, ServiceCreation[]>();

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
      return factories.then(list => this.#instances(ref, list, requester));
    }
    return this.#instances(ref, factories, requester);
  }

  /** A service that has been made. Undefined when it is not, or not yet, or failed. */
  async peek<T>(
    ref: ServiceRef<T, ServiceScope, 'singleton'>,
    pluginId = ROOT_REQUESTER.pluginId,
  ): Promise<T | undefined> {
    const [factory] = this.#factories.provided(ref.id) ?? [];
    const instance =
      factory &&
      (this.#rootInstances.get(factory) ??
        this.#pluginInstances.get(factory)?.byPlugin.get(pluginId));
    return Promise.race([instance, undefined]).catch(() => undefined) as Promise<T | undefined>;
  }

  /** What has been made or is being made for a plugin; of root scope, when no plugin is given. */
  creationsFor(pluginId = ROOT_REQUESTER.pluginId): readonly ServiceCreation[] {
    return this.#creations.get(pluginId) ?? [];
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

  #metadataOf(pluginId: string): Promise<PluginMetadataService> {
    let metadata = this.#pluginMetadata.get(pluginId);
    if (!metadata) {
      metadata = Promise.resolve({ getId: () => pluginId });
      this.#pluginMetadata.set(pluginId, metadata);
    }
    return metadata;
  }

  #instances(
    ref: InternalServiceRef,
    factories: InternalServiceFactory[],
    requester: Requester,
  ): Promise<unknown> {
    return this.#factories.isMultiton(ref)
      ? Promise.all(factories.map(factory => this.#instance(factory, requester)))
      : this.#instance(factories[0], requester);
  }

  #instance(factory: InternalServiceFactory, requester: Requester): Promise<unknown> {
    if (factory.service.scope === 'root') {
      let instance = this.#rootInstances.get(factory);
      if (!instance) {
        instance = this.#make(factory, requester);
        this.#rootInstances.set(factory, instance);
      }
      return instance;
    }
    let instances = this.#pluginInstances.get(factory);
    if (!instances) {
      instances = { byPlugin: new Map() };
      this.#pluginInstances.set(factory, instances);
    }
    let instance = instances.byPlugin.get(requester.pluginId);
    if (!instance) {
      instance = this.#make(factory, requester, instances);
      instances.byPlugin.set(requester.pluginId, instance);
    }
    return instance;
  }

  async #make(
    factory: InternalServiceFactory,
    requester: Requester,
    instances?: PluginInstances,
  ): Promise<unknown> {
    const { id } = factory.service;
    const { pluginId } = requester;
    const depth = (requester.depth ?? 0) + 1;
    const self: Requester = { pluginId, name: `'${id}'`, parent: requester, depth };
    const owner = instances ? pluginId : ROOT_REQUESTER.pluginId;
    const creation = this.#begin(id, owner);
    try {
      this.#checkDependencies(factory, self);
      try {
        const [deps, context] = await Promise.all([
          this.#dependencies(factory.deps, self),
          instances && this.#contextOf(factory, instances, self),
        ]);
        creation.readyMs = performance.now();
        return await factory.factory(deps, context);
      } catch (error) {
        throw failedInstantiation(
          `service '${id}' for '${owner}'`,
          'the factory function threw an error',
          error,
        );
      }
    } finally {
      creation.endMs = performance.now();
    }
  }

  #begin(id: string, pluginId: string): ServiceCreation {
    const creation: ServiceCreation = { id, beginMs: performance.now() };
    const others = this.#creations.get(pluginId);
    if (others) {
      others.push(creation);
    } else {
      this.#creations.set(pluginId, [creation]);
    }
    return creation;
  }

  #checkDependencies(factory: InternalServiceFactory, self: Requester): void {
    const missing: InternalServiceRef[] = [];
    for (const ref of Object.values(factory.deps) as InternalServiceRef[]) {
      if (!this.#factories.canProvide(ref)) {
        missing.push(ref);
      } else if (factory.service.scope === 'root' && ref.scope !== 'root') {
        throw scopeViolation(factory.service.id, ref);
      }
    }
    if (missing.length > 0) {
      throw missingServices(self, factory.service.id, missing, this.#factories.ids());
    }
  }

  /** @param scope - leaves out the dependencies of the other scope */
  async #dependencies(
    refs: { [name in string]: InternalServiceRef },
    self: Requester,
    scope?: 'root',
  ): Promise<{ [name in string]: unknown }> {
    if (self.depth! % DEEP === 0) {
      await undefined; // begins with an empty stack
    }
    const names: string[] = [];
    const wanted: Array<Promise<unknown> | undefined> = [];
    for (const [name, ref] of Object.entries(refs)) {
      if (scope === undefined || ref.scope === scope) {
        names.push(name);
        wanted.push(this.get(ref, self));
      }
    }
    const instances = await Promise.all(wanted);
    const deps: { [name in string]: unknown } = {};
    names.forEach((name, index) => {
      deps[name] = instances[index];
    });
    return deps;
  }

  #contextOf(
    factory: InternalServiceFactory,
    instances: PluginInstances,
    self: Requester,
  ): Promise<unknown> | undefined {
    if (factory.createRootContext && !instances.context) {
      instances.context = this.#makeContext(factory, self);
    }
    return instances.context;
  }

  async #makeContext(factory: InternalServiceFactory, self: Requester): Promise<unknown> {
    try {
      return await factory.createRootContext!(await this.#dependencies(factory.deps, self, 'root'));
    } catch (error) {
      throw failedInstantiation(
        `service '${factory.service.id}'`,
        'createRootContext threw an error',
        error,
      );
    }
  }
}
