import {
  createBackendModule,
  createBackendPlugin,
  type BackendFeature,
  type ExtensionPoint,
} from '../api';

/** An extension point and what tests put in its place. */
export type ExtensionPointMock = readonly [ExtensionPoint<any>, unknown];

interface Owned {
  pluginId: string;
  isModule: boolean;
  dependencyIds: string[];
}

/** Who the registrations of the features belong to and what they depend on, in any generation. */
function readRegistrations(features: BackendFeature[]): Owned[] {
  return features.flatMap(feature => {
    const { getRegistrations } = feature as { getRegistrations?(): unknown };
    const registrations = getRegistrations?.call(feature);
    // What is malformed is left to the start, which tells what is wrong with it.
    const wellFormed = Array.isArray(registrations) ? registrations.filter(isOwned) : [];
    return wellFormed.map(({ type, pluginId, init }) => ({
      pluginId,
      isModule: String(type).startsWith('module'),
      dependencyIds: Object.values<any>(init?.deps ?? {}).map(ref => ref?.id),
    }));
  });
}

function isOwned(registration: any): boolean {
  return typeof registration?.pluginId === 'string';
}

/** An empty plugin for every module whose plugin is not among the features. */
export function pluginsForOrphanModules(features: BackendFeature[]): BackendFeature[] {
  const registrations = readRegistrations(features);
  const plugins = registrations.filter(({ isModule }) => !isModule).map(it => it.pluginId);
  const orphaned = registrations.map(it => it.pluginId).filter(id => !plugins.includes(id));
  return [...new Set(orphaned)].map(pluginId =>
    createBackendPlugin({
      pluginId,
      register(reg) {
        reg.registerInit({ deps: {}, async init() {} });
      },
    }),
  );
}

/**
 * Modules that provide the mocks, for the plugins whose modules depend on them.
 *
 * @throws Error when no module depends on a mock: there is no telling whose it is
 */
export function modulesForExtensionPointMocks(
  features: BackendFeature[],
  mocks: readonly ExtensionPointMock[],
): BackendFeature[] {
  const modules = readRegistrations(features).filter(({ isModule }) => isModule);
  const owners = mocks.map(
    ([ref]) => modules.find(({ dependencyIds }) => dependencyIds.includes(ref.id))?.pluginId,
  );
  const unowned = mocks.filter((_, index) => !owners[index]);
  if (unowned.length > 0) {
    const ids = unowned.map(([ref]) => `'${ref.id}'`).join(', ');
    throw new Error(
      `Unable to determine the plugin ID of extension point(s) ${ids}. ` +
        'Tested extension points must be depended on by one or more tested modules.',
    );
  }
  return [...new Set(owners as string[])].map(pluginId =>
    createBackendModule({
      pluginId,
      moduleId: 'test-extension-point-registration',
      register(reg) {
        for (const [ref, impl] of mocks.filter((_, index) => owners[index] === pluginId)) {
          reg.registerExtensionPoint(ref, impl);
        }
        reg.registerInit({ deps: {}, async init() {} });
      },
    }),
  );
}
