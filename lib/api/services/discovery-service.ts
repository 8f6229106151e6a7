/** Tells where plugins are served. */
export interface DiscoveryService {
  /** For calls between backends, for example `http://localhost:7007/api/catalog`. */
  getBaseUrl(pluginId: string): Promise<string>;
  /** For calls from outside, for example `https://backstage.example.com/api/catalog`. */
  getExternalBaseUrl(pluginId: string): Promise<string>;
}
