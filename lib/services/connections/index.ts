export { connectionsServiceFactory } from './connections-service-factory';
