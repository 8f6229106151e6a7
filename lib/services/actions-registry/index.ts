export { actionsRegistryServiceFactory } from './actions-registry-service-factory';
export {
  DefaultActionsRegistryService,
  type DefaultActionsRegistryServiceOptions,
} from './default-actions-registry-service';
export {
  describeAction,
  runAction,
  type ActionCall,
  type ActionOptions,
} from './registered-action';
