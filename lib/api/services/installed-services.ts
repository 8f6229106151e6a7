import { createServiceFactory } from '../service-factory';
import { createServiceRef } from '../service-ref';

/** Knows which services have factories in this backend. */
export interface InstalledServices {
  /** Whether a factory for a service was added; true also where there is no telling. */
  mayHave(ref: { id: string }): boolean;
}

/** For services of the root that have to know of those of plugins, none of which exists yet. */
export const installedServicesRef = createServiceRef<InstalledServices>({
  id: 'forklift.installedServices',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({ service, deps: {}, factory: () => ({ mayHave: () => true }) }),
});
