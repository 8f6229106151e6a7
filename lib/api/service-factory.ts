import { adaptAlphaFactory, mayBeAlpha, type FactoryForm } from './alpha-service-factory';
import { checkOptions } from './check-options';
import type { BackendFeature } from './feature';
import type { ServiceRef, ServiceScope } from './service-ref';

/** Creates the instances of one service. Itself a feature: `backend.add(factory)` installs it. */
export interface ServiceFactory<
  TService = unknown,
  TScope extends ServiceScope = ServiceScope,
  TInstances extends 'singleton' | 'multiton' = 'singleton' | 'multiton',
> extends BackendFeature {
  service: ServiceRef<TService, TScope, TInstances>;
}

/** What the wiring reads from a factory. The shape is that of `@backstage/backend-plugin-api`. */
export interface InternalServiceFactory<TService = unknown> {
  $$type: '@backstage/BackendFeature';
  version: string;
  featureType: 'service';
  service: ServiceRef<TService>;
  /** `always`: instantiated at start; `lazy`: on first use. Root services default to `always`. */
  initialization?: 'always' | 'lazy';
  deps: { [name in string]: ServiceRef<unknown> };
  createRootContext?(deps: { [name in string]: unknown }): Promise<unknown>;
  factory(deps: { [name in string]: unknown }, context: unknown): Promise<TService>;
}

/** @ignore */
export type ServiceRefsToInstances<
  T extends { [key in string]: ServiceRef<unknown> },
  TScope extends ServiceScope = ServiceScope,
> = {
  [key in keyof T as T[key]['scope'] extends TScope ? key : never]: T[key]['multiton'] extends
    true | undefined
    ? Array<T[key]['T']>
    : T[key]['T'];
};

/** Options of {@link createServiceFactory} for a root scoped service. */
export interface RootServiceFactoryOptions<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
> {
  /** Defaults to `always`. */
  initialization?: 'always' | 'lazy';
  service: ServiceRef<TService, 'root', TInstances>;
  deps: TDeps;
  factory(deps: ServiceRefsToInstances<TDeps, 'root'>): TImpl | Promise<TImpl>;
}

/** Options of {@link createServiceFactory} for a plugin scoped service. */
export interface PluginServiceFactoryOptions<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TContext,
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
> {
  /** Defaults to `lazy`. */
  initialization?: 'always' | 'lazy';
  service: ServiceRef<TService, 'plugin', TInstances>;
  deps: TDeps;
  /** Runs once per backend; its result is handed to every call of `factory`. */
  createRootContext?(deps: ServiceRefsToInstances<TDeps, 'root'>): TContext | Promise<TContext>;
  factory(deps: ServiceRefsToInstances<TDeps>, context: TContext): TImpl | Promise<TImpl>;
}

/**
 * A factory. Can be called as well, as in the alpha of the backend system, which gives itself. Stock
 * backends do so with default factories of refs.
 */
export type CallableServiceFactory<
  TService,
  TScope extends ServiceScope,
  TInstances extends 'singleton' | 'multiton',
> = ServiceFactory<TService, TScope, TInstances> &
  (() => ServiceFactory<TService, TScope, TInstances>);

/**
 * Creates a factory for the service of a ref.
 *
 * @throws InputError when an option is missing or of another type
 *
 * @example
 * ```ts
 * export const ticketsServiceFactory = createServiceFactory({
 *   service: ticketsServiceRef,
 *   deps: { config: coreServices.rootConfig },
 *   factory: ({ config }) => TicketsClient.fromConfig(config),
 * });
 * ```
 */
export function createServiceFactory<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown, 'root'> },
>(
  options: RootServiceFactoryOptions<TService, TInstances, TImpl, TDeps>,
): CallableServiceFactory<TService, 'root', TInstances>;
export function createServiceFactory<
  TService,
  TInstances extends 'singleton' | 'multiton',
  TImpl extends TService,
  TDeps extends { [name in string]: ServiceRef<unknown> },
  TContext = undefined,
>(
  options: PluginServiceFactoryOptions<TService, TInstances, TContext, TImpl, TDeps>,
): CallableServiceFactory<TService, 'plugin', TInstances>;
export function createServiceFactory(options: {
  initialization?: 'always' | 'lazy';
  service: ServiceRef<any>;
  deps: { [name in string]: ServiceRef<unknown> };
  createRootContext?(deps: any): unknown;
  factory(deps: any, context: any): unknown;
}): CallableServiceFactory<any, any, any> {
  checkOptions(
    'createServiceFactory',
    options,
    { service: 'an object', deps: 'an object', factory: 'a function' },
    { createRootContext: 'a function' },
  );
  const { service, deps, initialization, createRootContext } = options;
  let alpha: FactoryForm['factory'] | undefined;
  let isPlain = service.scope !== 'plugin';
  const feature: InternalServiceFactory = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'service',
    service,
    initialization,
    deps,
    ...(createRootContext && {
      createRootContext: async instances => createRootContext(instances),
    }),
    async factory(instances, context) {
      if (alpha) {
        return alpha(instances, context);
      }
      const result = options.factory(instances, context);
      if (!isPlain && mayBeAlpha(result)) {
        alpha = adaptAlphaFactory(options, result);
        isPlain = alpha === undefined;
      }
      return alpha ? alpha(instances, context) : result;
    },
  };
  const callable: () => unknown = () => callable;
  return Object.assign(callable, feature) as CallableServiceFactory<any, any, any>;
}
