import type { AppConfig, Config } from '@backstage/config';
import type { LoggerService, RootConfigService } from '../../lib/api';
import * as rootConfig from '../../lib/services/root-config';
import { loadConfigSources } from '../../lib/services/root-config/config-sources';
import { addRootLoggerRedactions } from './root-logger';

/** @deprecated Import it from backstage-forklift/services or @backstage/backend-defaults/rootConfig. */
export const createConfigSecretEnumerator = rootConfig.createConfigSecretEnumerator;

/**
 * Options of {@link loadBackendConfig}.
 *
 * @deprecated Use `ConfigSources` of `@backstage/config-loader`.
 */
export interface LoadBackendConfigOptions {
  logger: LoggerService;
  /** `--config <path or url>` is read from it, any number of times. */
  argv: string[];
  /** Allows URLs as `--config`. */
  remote?: { reloadIntervalSeconds: number };
  /** Win over all that is loaded. */
  additionalConfigs?: AppConfig[];
  /** Whether changed files are read again. True unless told. */
  watch?: boolean;
}

/**
 * Loads the configuration, and has the root logger mask the secrets in it.
 *
 * @throws Error when a file is missing or can not be understood
 * @deprecated Use `coreServices.rootConfig`.
 */
export async function loadBackendConfig(options: LoadBackendConfigOptions): Promise<Config> {
  const { logger, argv, remote, additionalConfigs = [], watch = true } = options;
  const sources = loadConfigSources();
  const source = sources.default({
    argv,
    watch,
    remote: remote && { reloadInterval: { seconds: remote.reloadIntervalSeconds } },
  });
  const { StaticConfigSource } = require('@backstage/config-loader') as ConfigLoader;
  const config: RootConfigService = await sources.toConfig(
    additionalConfigs.length === 0
      ? source
      : sources.merge([
          source,
          ...additionalConfigs.map(({ data, context }) =>
            StaticConfigSource.create({ data, context }),
          ),
        ]),
  );
  logger.info(`Loaded config from ${source}`);
  const listSecrets = await createConfigSecretEnumerator({ logger });
  const redact = () => addRootLoggerRedactions(listSecrets(config));
  redact();
  config.subscribe?.(redact);
  return config;
}

type ConfigLoader = typeof import('@backstage/config-loader');
