import {
  cacheToPluginCacheManager,
  createLegacyIdentity,
  createTokenManager,
  eventsToEventBroker,
  loggerToWinstonLogger,
  permissionsToLegacy,
  urlReaderToLegacy,
} from '../adapters';
import type { EnvironmentServices } from './environment-services';
import { listPluginIds } from './list-plugin-ids';
import type { PluginEnvironment } from './plugin-environment';

type Services = EnvironmentServices;

/** How one key of the environment is made. */
interface EnvironmentKey<TValue> {
  /** The services that it needs: without them nobody supplies the key. */
  from: Array<keyof Services>;
  make(services: Services): TValue;
}

/** How each key of the environment is made from the services of the new system. */
export const environmentKeys: {
  [key in keyof PluginEnvironment]: EnvironmentKey<PluginEnvironment[key]>;
} = {
  logger: { from: ['logger', 'config'], make: makeLogger },
  cache: { from: ['cache'], make: ({ cache }) => cacheToPluginCacheManager(cache) },
  database: same('database'),
  config: same('config'),
  reader: { from: ['urlReader'], make: ({ urlReader }) => urlReaderToLegacy(urlReader) },
  discovery: same('discovery'),
  tokenManager: {
    from: ['auth', 'config', 'logger'],
    make: services =>
      createTokenManager({ ...services, getPluginIds: () => listPluginIds(services) }),
  },
  permissions: { from: ['auth', 'permissions'], make: permissionsToLegacy },
  scheduler: same('scheduler'),
  identity: { from: ['auth', 'userInfo'], make: createLegacyIdentity },
  auth: same('auth'),
  httpAuth: same('httpAuth'),
  userInfo: same('userInfo'),
  events: same('events'),
  eventBroker: {
    from: ['events', 'logger'],
    make: ({ events, logger }) =>
      eventsToEventBroker(events, error =>
        logger.error('Failed to subscribe to events', error as Error),
      ),
  },
  signals: same('signals'),
  pluginProvider: same('pluginProvider'),
};

function same<TName extends keyof Services>(name: TName): EnvironmentKey<Services[TName]> {
  return { from: [name], make: services => services[name] };
}

/** What is written is up to the new logger; the level answers those who ask whether they should. */
function makeLogger({ logger, config }: Services) {
  const winston = loggerToWinstonLogger(logger);
  const level = process.env.LOG_LEVEL || config.getOptionalString('backend.logger.level');
  winston.level = level || 'info';
  return winston;
}
