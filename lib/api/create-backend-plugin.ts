import { callableFeature, type CallableFeature } from './callable-feature';
import { checkOptions } from './check-options';
import { checkId } from './id-pattern';
import type { BackendPluginRegistrationPoints } from './registration-points';
import { collectRegistration } from './registrations';

/** Options of {@link createBackendPlugin}. */
export interface CreateBackendPluginOptions<TOptions extends [options?: object] = []> {
  /** Letters, digits and dashes, starting with a letter. Names the plugin's route, database and logs. */
  pluginId: string;
  /** A second parameter is given when the plugin is called with options: {@link CallableFeature}. */
  register(reg: BackendPluginRegistrationPoints, ...options: TOptions): void;
}

/**
 * Creates a plugin.
 *
 * @throws Error when the id does not match the pattern
 * @throws InputError when an option is missing or of another type
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
export function createBackendPlugin<TOptions extends [options?: object] = []>(
  options: CreateBackendPluginOptions<TOptions>,
): CallableFeature<TOptions> {
  checkOptions('createBackendPlugin', options, { pluginId: 'a string', register: 'a function' });
  const { pluginId } = options;
  checkId(pluginId, `pluginId '${pluginId}'`);
  return callableFeature<TOptions>(
    () => `Plugin '${pluginId}'`,
    (...registerOptions) => ({
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'registrations',
      getRegistrations: () => [
        collectRegistration({ pluginId }, reg => options.register(reg, ...registerOptions)),
      ],
    }),
  );
}
