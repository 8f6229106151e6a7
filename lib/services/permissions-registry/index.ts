export { permissionsRegistryServiceFactory } from './permissions-registry-service-factory';
