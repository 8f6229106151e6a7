export {
  DefaultRootSystemMetadataService,
  type DefaultRootSystemMetadataServiceOptions,
} from './default-root-system-metadata-service';
export { rootSystemMetadataServiceFactory } from './root-system-metadata-service-factory';
