import type { BackendFeature } from './feature';
import { checkId } from './id-pattern';
import type { BackendPluginRegistrationPoints } from './registration-points';
import { collectRegistration, type InternalRegistrationsFeature } from './registrations';

/** Options of {@link createBackendPlugin}. */
export interface CreateBackendPluginOptions {
  /** Letters, digits and dashes, starting with a letter. Names the plugin's route, database and logs. */
  pluginId: string;
  register(reg: BackendPluginRegistrationPoints): void;
}

/**
 * Creates a plugin.
 *
 * @throws Error when the id does not match the pattern
 *
 * @example
 * ```ts
 * export default createBackendPlugin({
 *   pluginId: 'example',
 *   register(reg) {
 *     reg.registerInit({
 *       deps: { httpRouter: coreServices.httpRouter },
 *       async init({ httpRouter }) {
 *         httpRouter.use(createRouter());
 *       },
 *     });
 *   },
 * });
 * ```
 */
export function createBackendPlugin(options: CreateBackendPluginOptions): BackendFeature {
  const { pluginId } = options;
  checkId(pluginId, `pluginId '${pluginId}'`);
  const feature: InternalRegistrationsFeature = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [collectRegistration({ pluginId }, reg => options.register(reg))],
  };
  return feature;
}
