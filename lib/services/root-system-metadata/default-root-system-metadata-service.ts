import type {
  RootConfigService,
  RootInstanceMetadataService,
  RootSystemMetadataService,
  RootSystemMetadataServicePluginInfo,
  LoggerService,
} from '../../api';
import { readEndpoints } from '../discovery/read-endpoints';

/** Options of {@link DefaultRootSystemMetadataService.create}. */
export interface DefaultRootSystemMetadataServiceOptions {
  logger: LoggerService;
  config: RootConfigService;
  instanceMetadata: RootInstanceMetadataService;
}

/** The plugins that `discovery.endpoints` names, live, and those of this backend. */
export class DefaultRootSystemMetadataService implements RootSystemMetadataService {
  readonly #options: DefaultRootSystemMetadataServiceOptions;

  static create(options: DefaultRootSystemMetadataServiceOptions) {
    return new DefaultRootSystemMetadataService(options);
  }

  constructor(options: DefaultRootSystemMetadataServiceOptions) {
    this.#options = options;
  }

  async getInstalledPlugins(): Promise<RootSystemMetadataServicePluginInfo[]> {
    const { config, instanceMetadata } = this.#options;
    const elsewhere = readEndpoints(config).flatMap(endpoint => endpoint.plugins);
    const here = await instanceMetadata.getInstalledPlugins();
    return [...new Set(elsewhere), ...here.map(plugin => plugin.pluginId)].map(pluginId => ({
      pluginId,
    }));
  }
}
