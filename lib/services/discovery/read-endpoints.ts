import type { Config } from '@backstage/config';

/** Where some plugins are served, when that is not this backend. */
export interface HostDiscoveryEndpoint {
  /**
   * The full address of a plugin, for example `https://backstage.acme.com/api/{{ pluginId }}`, for
   * every caller or one each for calls from backends and from outside. An internal address may start
   * with `http+srv://` or `https+srv://`: its host is then looked up as a DNS SRV record.
   */
  target: string | { internal?: string; external?: string };
  /** Plugin ids; `*` stands for every plugin that no other endpoint names. */
  plugins: string[];
}

/** Reads `discovery.endpoints`. */
export function readEndpoints(config: Config): HostDiscoveryEndpoint[] {
  const endpoints = config.getOptionalConfigArray('discovery.endpoints') ?? [];
  return endpoints.map(endpoint => ({
    target:
      typeof endpoint.get('target') === 'string'
        ? endpoint.getString('target')
        : {
            internal: endpoint.getOptionalString('target.internal'),
            external: endpoint.getOptionalString('target.external'),
          },
    plugins: endpoint.getStringArray('plugins'),
  }));
}
