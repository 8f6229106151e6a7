import { coreServices, createServiceFactory } from '../../api';
import { DefaultRootSystemMetadataService } from './default-root-system-metadata-service';

/** What is installed in all backends of this deployment. */
export const rootSystemMetadataServiceFactory = createServiceFactory({
  service: coreServices.rootSystemMetadata,
  deps: {
    logger: coreServices.rootLogger,
    config: coreServices.rootConfig,
    instanceMetadata: coreServices.rootInstanceMetadata,
  },
  factory: deps => DefaultRootSystemMetadataService.create(deps),
});
