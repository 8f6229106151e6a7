export { actionsRegistryServiceFactory } from './actions-registry-service-factory';
export {
  DefaultActionsRegistryService,
  type DefaultActionsRegistryServiceOptions,
} from './default-actions-registry-service';
