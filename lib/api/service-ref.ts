import { checkOptions, invalidOptions } from './check-options';
import type { ServiceFactory } from './service-factory';

/** Whether a service lives once per backend (`root`) or once per plugin (`plugin`). */
export type ServiceScope = 'root' | 'plugin';

/**
 * A named, typed reference to a service. Two refs with the same `id` are the same service, whichever
 * copy of whichever package made them.
 */
export type ServiceRef<
  TService,
  TScope extends ServiceScope = ServiceScope,
  TInstances extends 'singleton' | 'multiton' = 'singleton' | 'multiton',
> = {
  id: string;
  /** Root scoped services are shared by the whole backend, plugin scoped ones belong to a plugin. */
  scope: TScope;
  /** True when every factory that is installed contributes one instance, and the service is an array. */
  multiton?: TInstances extends 'multiton' ? true : false;
  /** Type only: null at run time. */
  T: TService;
  $$type: '@backstage/ServiceRef';
};

/** Options of {@link createServiceRef}. */
export interface ServiceRefOptions<
  TService,
  TScope extends ServiceScope,
  TInstances extends 'singleton' | 'multiton',
> {
  /** Globally unique, for example `core.logger` or `acme.tickets`. */
  id: string;
  /** Defaults to `plugin`. */
  scope?: TScope;
  multiton?: TInstances extends 'multiton' ? true : false;
  /** Used when no factory for this service is installed in the backend. Called at most once. */
  defaultFactory?(service: ServiceRef<TService, TScope>): Promise<ServiceFactory>;
}

/** What the wiring reads from a ref beside its public members. */
export interface InternalServiceRef<
  TService = unknown,
  TScope extends ServiceScope = ServiceScope,
> extends Pick<ServiceRef<TService, TScope>, 'id' | 'scope' | '$$type'> {
  multiton?: boolean;
  __defaultFactory?(service: ServiceRef<TService, TScope>): Promise<unknown>;
}

/**
 * Creates a reference to a service.
 *
 * @throws InputError when an option is missing or of another type
 *
 * @example
 * ```ts
 * export const ticketsServiceRef = createServiceRef<TicketsService>({ id: 'acme.tickets' });
 * ```
 */
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'plugin', 'singleton'>,
): ServiceRef<TService, 'plugin', 'singleton'>;
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'root', 'singleton'>,
): ServiceRef<TService, 'root', 'singleton'>;
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'plugin', 'multiton'>,
): ServiceRef<TService, 'plugin', 'multiton'>;
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, 'root', 'multiton'>,
): ServiceRef<TService, 'root', 'multiton'>;
export function createServiceRef<TService>(
  options: ServiceRefOptions<TService, any, any>,
): ServiceRef<TService, any, any> {
  checkOptions(
    'createServiceRef',
    options,
    { id: 'a string' },
    { multiton: 'a boolean', defaultFactory: 'a function' },
  );
  const { id, scope = 'plugin', multiton = false, defaultFactory } = options;
  if (scope !== 'plugin' && scope !== 'root') {
    throw invalidOptions('createServiceRef', 'options.scope', '"root" or "plugin"', scope);
  }
  const ref = {
    $$type: '@backstage/ServiceRef' as const,
    id,
    scope,
    multiton,
    T: null as TService,
    toString: () => `serviceRef{${id}}`,
    toJSON: () => `serviceRef{${id}}`,
    __defaultFactory: defaultFactory,
  };
  return ref as ServiceRef<TService, any, any>;
}
