export { createConfigSecretEnumerator } from './create-config-secret-enumerator';
export { ConfigLoadError, type ConfigLoadErrorCode } from './errors';
export {
  rootConfigServiceFactory,
  type RootConfigFactoryOptions,
} from './root-config-service-factory';
