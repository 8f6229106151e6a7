import type { ExtensionPoint, ExtensionPointFactoryContext } from './extension-point';
import type {
  BackendModuleRegistrationPoints,
  ConnectionRegistration,
} from './registration-points';
import type { ServiceRef } from './service-ref';

/** What one call of `register` asked for, in the shape that `@backstage/backend-plugin-api` emits. */
export interface BackendRegistration {
  type: 'plugin-v1.1' | 'module-v1.1';
  pluginId: string;
  moduleId?: string;
  /** True for modules that may be without their plugin, of which nothing is said then. */
  optional?: boolean;
  extensionPoints: Array<{
    extensionPoint: ExtensionPoint<unknown>;
    factory(context: ExtensionPointFactoryContext): unknown;
  }>;
  connections: ConnectionRegistration[];
  init: {
    deps: { [name in string]: ServiceRef<unknown> | ExtensionPoint<unknown> };
    func(deps: { [name in string]: unknown }): Promise<void>;
  };
}

/** A plugin or module as a feature. */
export interface InternalRegistrationsFeature {
  $$type: '@backstage/BackendFeature';
  version: 'v1';
  featureType: 'registrations';
  getRegistrations(): BackendRegistration[];
}

/**
 * Runs a `register` callback and collects what it asks for.
 *
 * @param owner - `{ pluginId }` of a plugin or `{ pluginId, moduleId }` of a module
 * @throws Error when the callback does not call `registerInit` exactly once, or calls it too early
 */
export function collectRegistration(
  owner: { pluginId: string; moduleId?: string },
  register: (points: BackendModuleRegistrationPoints) => void,
): BackendRegistration {
  const { pluginId, moduleId } = owner;
  const extensionPoints: BackendRegistration['extensionPoints'] = [];
  const connections: ConnectionRegistration[] = [];
  let init: BackendRegistration['init'] | undefined;

  const points = {
    registerExtensionPoint(
      refOrOptions:
        | ExtensionPoint<unknown>
        | { extensionPoint: ExtensionPoint<unknown>; factory(context: any): unknown }
        | undefined,
      impl?: unknown,
    ) {
      if (init) {
        throw new Error('registerExtensionPoint called after registerInit');
      }
      extensionPoints.push(
        // What is not as it should be is found when the registration is checked, which names its owner.
        typeof refOrOptions === 'object' && refOrOptions && 'extensionPoint' in refOrOptions
          ? { extensionPoint: refOrOptions.extensionPoint, factory: refOrOptions.factory }
          : { extensionPoint: refOrOptions!, factory: () => impl },
      );
    },
    registerConnection(connection?: ConnectionRegistration) {
      if (init) {
        throw new Error('registerConnection called after registerInit');
      }
      if (connections.some(({ type }) => type === connection?.type)) {
        const where = moduleId
          ? `module '${moduleId}' for plugin '${pluginId}'`
          : `plugin '${pluginId}'`;
        throw new Error(
          `Duplicate connection registration for type '${connection?.type}' in ${where}`,
        );
      }
      connections.push({ ...(connection as ConnectionRegistration) });
    },
    registerInit(options?: { deps: any; init(deps: any): Promise<void> }) {
      if (init) {
        throw new Error('registerInit must only be called once');
      }
      init = { deps: options?.deps, func: options?.init as BackendRegistration['init']['func'] };
    },
  };
  register(points as BackendModuleRegistrationPoints);

  if (!init) {
    const where = moduleId ? `${moduleId} module for ${pluginId}` : pluginId;
    throw new Error(`registerInit was not called by register in ${where}`);
  }
  return moduleId
    ? { type: 'module-v1.1', pluginId, moduleId, extensionPoints, connections, init }
    : { type: 'plugin-v1.1', pluginId, extensionPoints, connections, init };
}
