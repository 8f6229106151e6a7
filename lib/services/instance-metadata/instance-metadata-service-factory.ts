import { coreServices, createServiceFactory, createServiceRef } from '../../api';

/** A plugin or module that is installed. */
export type BackendFeatureMeta =
  { type: 'plugin'; pluginId: string } | { type: 'module'; pluginId: string; moduleId: string };

/** What `core.rootInstanceMetadata` replaced; plugins of 2024 still ask for it. */
export interface InstanceMetadataService {
  getInstalledFeatures(): BackendFeatureMeta[];
}

/** The ref of early releases of `@backstage/backend-plugin-api/alpha`, by protocol. */
const instanceMetadataServiceRef = createServiceRef<InstanceMetadataService>({
  id: 'core.instanceMetadata',
});

/** Tells what is installed in this backend, in the way of early releases. */
export const instanceMetadataServiceFactory = createServiceFactory({
  service: instanceMetadataServiceRef,
  deps: { metadata: coreServices.rootInstanceMetadata },
  async factory({ metadata }) {
    const plugins = await metadata.getInstalledPlugins();
    const features = plugins.flatMap(({ pluginId, modules }): BackendFeatureMeta[] => [
      { type: 'plugin', pluginId },
      ...modules.map(({ moduleId }) => ({ type: 'module' as const, pluginId, moduleId })),
    ]);
    return { getInstalledFeatures: () => features };
  },
});
