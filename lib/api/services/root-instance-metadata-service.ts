/** A plugin of this backend instance, with its modules. */
export interface RootInstanceMetadataServicePluginInfo {
  readonly pluginId: string;
  readonly modules: ReadonlyArray<{ moduleId: string }>;
}

/** Tells what is installed in this backend instance. */
export interface RootInstanceMetadataService {
  getInstalledPlugins: () => Promise<ReadonlyArray<RootInstanceMetadataServicePluginInfo>>;
}
