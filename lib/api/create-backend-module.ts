import type { BackendFeature } from './feature';
import { checkId } from './id-pattern';
import type { BackendModuleRegistrationPoints } from './registration-points';
import { collectRegistration, type InternalRegistrationsFeature } from './registrations';

/** Options of {@link createBackendModule}. */
export interface CreateBackendModuleOptions {
  /** The plugin that the module extends. */
  pluginId: string;
  /** Unique among the modules of that plugin. Same pattern as a plugin id. */
  moduleId: string;
  register(reg: BackendModuleRegistrationPoints): void;
}

/**
 * Creates a module, which extends one plugin through its extension points.
 *
 * @throws Error when an id does not match the pattern
 */
export function createBackendModule(options: CreateBackendModuleOptions): BackendFeature {
  const { pluginId, moduleId } = options;
  checkId(moduleId, `moduleId '${moduleId}' for plugin '${pluginId}'`);
  const feature: InternalRegistrationsFeature = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [
      collectRegistration({ pluginId, moduleId }, reg => options.register(reg)),
    ],
  };
  return feature;
}
