export { userInfoServiceFactory } from './user-info-service-factory';
