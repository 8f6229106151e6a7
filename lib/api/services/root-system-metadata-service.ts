/** A plugin of some backend instance of this deployment. */
export interface RootSystemMetadataServicePluginInfo {
  readonly pluginId: string;
}

/** Tells what is installed in all backend instances of this deployment. */
export interface RootSystemMetadataService {
  getInstalledPlugins: () => Promise<ReadonlyArray<RootSystemMetadataServicePluginInfo>>;
}
