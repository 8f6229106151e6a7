import type { DiscoveryService } from '../../lib/api';

export { HostDiscovery, HostDiscovery as SingleHostDiscovery } from '../../lib/services/discovery';

/** @deprecated Use `DiscoveryService`. */
export type PluginEndpointDiscovery = DiscoveryService;
