import type { DiscoveryService } from '../../lib/api';
import { HostDiscovery as NewHostDiscovery } from '../../lib/services/discovery';

/** @deprecated Use `coreServices.discovery`, or `HostDiscovery` of backstage-forklift/services. */
export const HostDiscovery = NewHostDiscovery;
/** @deprecated Use `coreServices.discovery`, or `HostDiscovery` of backstage-forklift/services. */
export type HostDiscovery = NewHostDiscovery;

/** @deprecated Use `coreServices.discovery`, or `HostDiscovery` of backstage-forklift/services. */
export const SingleHostDiscovery = NewHostDiscovery;
/** @deprecated Use `coreServices.discovery`, or `HostDiscovery` of backstage-forklift/services. */
export type SingleHostDiscovery = NewHostDiscovery;

/** @deprecated Use `DiscoveryService`. */
export type PluginEndpointDiscovery = DiscoveryService;
