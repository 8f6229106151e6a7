import { createServiceFactory } from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import { installedServicesRef } from '../api/services/installed-services';
import type { ServiceFactories } from './service-factories';

/** Makes the service that tells which services have factories in this backend. */
export function createInstalledServicesFactory(
  factories: ServiceFactories,
): InternalServiceFactory {
  return createServiceFactory({
    service: installedServicesRef,
    initialization: 'lazy',
    deps: {},
    factory: () => ({ mayHave: ({ id }) => factories.provided(id) !== undefined }),
  }) as unknown as InternalServiceFactory;
}
