import { createServiceFactory, createServiceRef, type ServiceRef } from '../lib/api';

/** Takes the place of a service that no feature of the backend provides. */
const absent = Object.freeze({ $$absent: true });

/** A ref to the same service that resolves to nothing, in place of an error, where there is none. */
export function optionalService<TService>(ref: {
  id: string;
  scope: ServiceRef<TService>['scope'];
  T: TService;
}): ServiceRef<TService> {
  return createServiceRef<TService>({
    id: ref.id,
    scope: ref.scope as 'plugin',
    // Backends take a service that is undefined for a missing one, so something stands for nothing.
    defaultFactory: async service =>
      createServiceFactory({ service, deps: {}, factory: () => absent as TService }),
  });
}

/** What {@link optionalService} resolved to, or nothing. */
export function presentOnly<TService>(service: TService): TService | undefined {
  const isAbsent = (service as { $$absent?: boolean } | undefined)?.$$absent === true;
  return isAbsent ? undefined : service;
}
