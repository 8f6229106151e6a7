export { actionsServiceFactory } from './actions-service-factory';
export {
  DefaultActionsService,
  type DefaultActionsServiceOptions,
} from './default-actions-service';
