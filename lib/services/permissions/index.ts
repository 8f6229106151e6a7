export { permissionsServiceFactory } from './permissions-service-factory';
