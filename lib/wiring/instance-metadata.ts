import {
  coreServices,
  createServiceFactory,
  type RootInstanceMetadataServicePluginInfo,
} from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import type { RawRegistration } from './normalise-registrations';

/** Makes the service that tells what is installed in this backend. */
export function createInstanceMetadataFactory(
  registrations: RawRegistration[],
): InternalServiceFactory {
  return createServiceFactory({
    service: coreServices.rootInstanceMetadata,
    deps: {},
    factory: () => {
      let installed: ReturnType<typeof installedPlugins> | undefined;
      return { getInstalledPlugins: async () => (installed ??= installedPlugins(registrations)) };
    },
  }) as unknown as InternalServiceFactory;
}

function installedPlugins(
  registrations: RawRegistration[],
): readonly RootInstanceMetadataServicePluginInfo[] {
  const modules = new Map<string, Array<{ moduleId: string }>>();
  for (const { kind, pluginId } of registrations) {
    if (kind === 'plugin' && !modules.has(pluginId!)) {
      modules.set(pluginId!, []);
    }
  }
  for (const { kind, pluginId, moduleId } of registrations) {
    if (kind === 'module') {
      modules.get(pluginId!)?.push(Object.freeze({ moduleId: moduleId! }));
    }
  }
  return Object.freeze(
    [...modules].map(([pluginId, own]) => Object.freeze({ pluginId, modules: Object.freeze(own) })),
  );
}
