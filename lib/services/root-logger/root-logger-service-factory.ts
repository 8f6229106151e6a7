import type { Config } from '@backstage/config';
import { coreServices, createServiceFactory, type RootConfigService } from '../../api';
import { createConfigSecretEnumerator } from '../root-config';
import { colorFormat } from './color-format';
import { createTransport } from './create-transport';
import { jsonFormat } from './json-format';
import { readLiveRootLoggerConfig, readRootLoggerConfig } from './root-logger-config';
import { WinstonLogger, type WinstonLoggerOptions } from './winston-logger';

/** Options of {@link rootLoggerServiceFactory}: they win over the configuration. */
export type RootLoggerFactoryOptions = Pick<WinstonLoggerOptions, 'format' | 'transports'>;

const formats = { json: jsonFormat, text: colorFormat };

const withOptions = (options?: RootLoggerFactoryOptions) =>
  createServiceFactory({
    service: coreServices.rootLogger,
    deps: { config: coreServices.rootConfig },
    factory: ({ config }) => createRootLogger(config, options),
  });

async function createRootLogger(
  config: RootConfigService,
  options?: RootLoggerFactoryOptions,
): Promise<WinstonLogger> {
  const { level, meta, format, transports } = readRootLoggerConfig(config);
  const logger = WinstonLogger.create({
    level,
    meta: { service: 'backstage', ...meta },
    format: options?.format ?? (format && formats[format]()),
    transports: options?.transports ?? transports?.map(createTransport),
  });
  const listSecrets = await createConfigSecretEnumerator({ logger });
  const apply = () => {
    const { overrides, allow } = readLiveRootLoggerConfig(config);
    logger.setLevelOverrides(overrides);
    logger.setAllowedRedactions(allow);
  };
  apply();
  logger.addRedactions(listSecrets(config));
  (config as Config).subscribe?.(() => {
    logger.addRedactions(listSecrets(config));
    try {
      apply();
    } catch (error) {
      logger.error('The changed configuration of the log is ignored', error as Error);
    }
  });
  return logger;
}

/**
 * The log of the backend: on the standard output, or as `backend.logger` has it, with the secrets of
 * the configuration masked. Level overrides and secrets follow the configuration when it changes. A
 * feature, and also a function that takes options and returns one.
 *
 * @throws InputError that names what is wrong in `backend.logger`
 */
export const rootLoggerServiceFactory = Object.assign(withOptions, withOptions());
