import type { ServiceFactory, ServiceRef } from '../api';
import { checkFactory, ServiceFactories } from '../wiring/service-factories';
import { ServiceRegistry } from '../wiring/service-registry';
import { defaultServiceFactories } from './default-service-factories';

/** Options of {@link ServiceFactoryTester.from}. */
export interface ServiceFactoryTesterOptions {
  /** Further services; each replaces the mock service of the same ref. */
  dependencies?: ServiceFactory[];
}

type PluginIdArgument<TScope> = 'root' extends TScope ? [] : [pluginId?: string];
type Instance<TService, TInstances> = TInstances extends 'multiton' ? TService[] : TService;

/**
 * Creates services without a backend, to test their factories.
 *
 * @example
 * ```ts
 * const tester = ServiceFactoryTester.from(ticketsServiceFactory);
 * const tickets = await tester.getSubject('my-plugin');
 * ```
 */
export class ServiceFactoryTester<
  TService,
  TScope extends 'root' | 'plugin',
  TInstances extends 'singleton' | 'multiton' = 'singleton',
> {
  /** @throws InputError when the subject or a dependency is not a service factory */
  static from<
    TService,
    TScope extends 'root' | 'plugin',
    TInstances extends 'singleton' | 'multiton' = 'singleton',
  >(
    subject: ServiceFactory<TService, TScope, TInstances>,
    options?: ServiceFactoryTesterOptions,
  ): ServiceFactoryTester<TService, TScope, TInstances> {
    checkFactory(subject, { path: 'the subject of ServiceFactoryTester.from' });
    const dependencies = options?.dependencies ?? [];
    dependencies.forEach((dependency, index) =>
      checkFactory(dependency, { path: `dependencies[${index}] of ServiceFactoryTester.from` }),
    );
    return new ServiceFactoryTester(
      subject.service,
      new ServiceRegistry(
        new ServiceFactories([...defaultServiceFactories, ...dependencies, subject]),
      ),
    );
  }

  private constructor(
    private readonly subject: ServiceRef<TService, TScope, TInstances>,
    private readonly registry: ServiceRegistry,
  ) {}

  /** The service under test, for a plugin (by default `test`) when it is plugin scoped. */
  async getSubject(
    ...[pluginId]: PluginIdArgument<TScope>
  ): Promise<Instance<TService, TInstances>> {
    return this.get(this.subject, pluginId);
  }

  /**
   * Any other service that there is.
   *
   * @throws Error when there is none
   */
  async getService<
    TGetService,
    TGetScope extends 'root' | 'plugin',
    TGetInstances extends 'singleton' | 'multiton' = 'singleton',
  >(
    service: ServiceRef<TGetService, TGetScope, TGetInstances>,
    ...[pluginId]: PluginIdArgument<TGetScope>
  ): Promise<Instance<TGetService, TGetInstances>> {
    const instance = await this.get(service, pluginId);
    if (instance === undefined) {
      throw new Error(`Service '${service.id}' not found`);
    }
    return instance;
  }

  private async get(service: ServiceRef<any, any, any>, pluginId = 'test'): Promise<any> {
    return this.registry.get(service, { pluginId, name: `plugin '${pluginId}'` });
  }
}
