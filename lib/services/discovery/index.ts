export { discoveryServiceFactory } from './discovery-service-factory';
export { HostDiscovery, type HostDiscoveryOptions } from './host-discovery';
export type { HostDiscoveryEndpoint } from './read-endpoints';
