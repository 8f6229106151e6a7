import type { BackendFeature } from '../lib/api';
import type { BackendRegistration, InternalRegistrationsFeature } from '../lib/api/registrations';

/** A feature of one registration that the create functions of the API do not allow. */
export function registrationsFeature(registration: BackendRegistration): BackendFeature {
  const feature: InternalRegistrationsFeature = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [registration],
  };
  return feature;
}
