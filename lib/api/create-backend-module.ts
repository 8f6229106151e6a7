import { callableFeature, type CallableFeature } from './callable-feature';
import { checkOptions } from './check-options';
import { checkId } from './id-pattern';
import type { BackendModuleRegistrationPoints } from './registration-points';
import { collectRegistration } from './registrations';

/** Options of {@link createBackendModule}. */
export interface CreateBackendModuleOptions<TOptions extends [options?: object] = []> {
  /** The plugin that the module extends. */
  pluginId: string;
  /** Unique among the modules of that plugin. Same pattern as a plugin id. */
  moduleId: string;
  /** A second parameter is given when the module is called with options: {@link CallableFeature}. */
  register(reg: BackendModuleRegistrationPoints, ...options: TOptions): void;
}

/**
 * Creates a module, which extends one plugin through its extension points.
 *
 * @throws Error when an id does not match the pattern
 * @throws InputError when an option is missing or of another type
 *
 * @example
 * ```ts
 * export default createBackendModule({
 *   pluginId: 'scaffolder',
 *   moduleId: 'acme-actions',
 *   register(reg) {
 *     reg.registerInit({
 *       deps: { actions: scaffolderActionsExtensionPoint },
 *       async init({ actions }) {
 *         actions.addActions(createAcmeAction());
 *       },
 *     });
 *   },
 * });
 * ```
 */
export function createBackendModule<TOptions extends [options?: object] = []>(
  options: CreateBackendModuleOptions<TOptions>,
): CallableFeature<TOptions> {
  checkOptions('createBackendModule', options, {
    pluginId: 'a string',
    moduleId: 'a string',
    register: 'a function',
  });
  const { pluginId, moduleId } = options;
  checkId(moduleId, `moduleId '${moduleId}' for plugin '${pluginId}'`);
  const who = () => `Module '${moduleId}' for plugin '${pluginId}'`;
  return callableFeature<TOptions>(who, (...registerOptions) => ({
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [
      collectRegistration({ pluginId, moduleId }, reg => options.register(reg, ...registerOptions)),
    ],
  }));
}
