/** Tells a plugin scoped service or a plugin which plugin it belongs to. */
export interface PluginMetadataService {
  getId(): string;
}
