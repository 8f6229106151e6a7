import type { ConfigSource, RemoteConfigSourceOptions } from '@backstage/config-loader';
import { coreServices, createServiceFactory, type RootConfigService } from '../../api';
import { loadConfigSources } from './config-sources';
import { explainConfigError } from './explain-config-error';
import { WatchedConfigSource } from './watched-config-source';

/** Options of {@link rootConfigServiceFactory}. */
export interface RootConfigFactoryOptions {
  /** Used instead of `process.argv`; `--config <path or url>` is read from it, any number of times. */
  argv?: string[];
  /** Allows URLs as `--config`, and sets how often they are read again. */
  remote?: Pick<RemoteConfigSourceOptions, 'reloadInterval'>;
  /** Whether changed files are read again; defaults to true. */
  watch?: boolean;
}

const withOptions = (options?: RootConfigFactoryOptions) =>
  createServiceFactory({
    service: coreServices.rootConfig,
    deps: {},
    factory: () => loadRootConfig(options),
  });

async function loadRootConfig(options: RootConfigFactoryOptions = {}): Promise<RootConfigService> {
  const { argv = process.argv, remote, watch = true } = options;
  const ConfigSources = loadConfigSources();
  let source: ConfigSource | undefined;
  const explain = (error: unknown) => explainConfigError(error, source, argv);
  try {
    source = ConfigSources.default({ argv, remote, watch: false });
    // There is no logger before there is configuration.
    // eslint-disable-next-line no-console
    console.log(`Loading config from ${source}`);
    return await ConfigSources.toConfig(
      watch ? new WatchedConfigSource(source, error => warn(explain(error))) : source,
    );
  } catch (error) {
    throw explain(error);
  }
}

function warn(error: Error): void {
  // eslint-disable-next-line no-console
  console.error(`Changed configuration is ignored. ${error.message}`);
}

/**
 * Loads the configuration: `app-config.yaml`, `app-config.local.yaml` and those of `BACKSTAGE_ENV`, or
 * the files given with `--config`, then the `APP_CONFIG_` environment variables. A feature, and also
 * a function that takes options and returns one.
 *
 * @throws ConfigLoadError when a file is missing or cannot be understood
 */
export const rootConfigServiceFactory = Object.assign(withOptions, withOptions());
