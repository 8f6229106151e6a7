import type { Config } from '@backstage/config';
import { coreServices, createServiceFactory } from '../../api';
import { createConfigSecretEnumerator } from '../root-config';
import { readRootLoggerConfig } from './root-logger-config';
import { WinstonLogger } from './winston-logger';

/**
 * The log of the backend: on the standard output, as `backend.logger` has it, with the secrets of the
 * configuration masked. Level overrides and secrets follow the configuration when it changes.
 */
export const rootLoggerServiceFactory = createServiceFactory({
  service: coreServices.rootLogger,
  deps: { config: coreServices.rootConfig },
  async factory({ config }) {
    const { level, meta } = readRootLoggerConfig(config);
    const logger = WinstonLogger.create({ level, meta: { service: 'backstage', ...meta } });
    const listSecrets = await createConfigSecretEnumerator({ logger });
    const apply = () => {
      const { overrides, allow } = readRootLoggerConfig(config);
      logger.setLevelOverrides(overrides);
      logger.setAllowedRedactions(allow);
      logger.addRedactions(listSecrets(config));
    };
    apply();
    (config as Config).subscribe?.(apply);
    return logger;
  },
});
