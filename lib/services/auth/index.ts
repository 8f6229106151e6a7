export { authServiceFactory } from './auth-service-factory';
export {
  createExternalTokenHandler,
  externalTokenHandlersServiceRef,
  type ExternalTokenHandler,
} from './external/external-token-handler';
export {
  pluginTokenHandlerDecoratorServiceRef,
  type PluginTokenHandler,
} from './plugin-token-handler';
