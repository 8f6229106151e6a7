export {
  DefaultHttpAuthService,
  type DefaultHttpAuthServiceOptions,
} from './default-http-auth-service';
export { httpAuthServiceFactory } from './http-auth-service-factory';
