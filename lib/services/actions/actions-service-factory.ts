import { actionsServiceRef, coreServices, createServiceFactory } from '../../api';
import { DefaultActionsService } from './default-actions-service';

/** Finds and runs the actions of the plugins in `backend.actions.pluginSources`. */
export const actionsServiceFactory = createServiceFactory({
  service: actionsServiceRef,
  deps: {
    discovery: coreServices.discovery,
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    auth: coreServices.auth,
  },
  factory: services => DefaultActionsService.create(services),
});
