import { eventsToSignals, type SignalsService } from '../adapters';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  eventsServiceRef,
  type ServiceRef,
} from '../lib/api';
import { optionalService } from './optional-service';

const signalsServiceRef = createServiceRef<SignalsService>({
  id: 'signals.service',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { events: eventsServiceRef },
      factory: ({ events }) => eventsToSignals(events),
    }),
});

/** Known to the backends of Red Hat Developer Hub. */
const dynamicPluginsServiceRef = createServiceRef<unknown>({
  id: 'core.dynamicplugins',
  scope: 'root',
});

/** The services whose data belongs to the env id: tables, cache entries, task rows, log label. */
export const dataServices = {
  logger: coreServices.logger,
  cache: optionalService(coreServices.cache),
  database: optionalService(coreServices.database),
  scheduler: optionalService(coreServices.scheduler),
};

/** All services that a {@link PluginEnvironment} is made of. */
export const environmentServices = {
  ...dataServices,
  auth: optionalService(coreServices.auth),
  httpAuth: optionalService(coreServices.httpAuth),
  userInfo: optionalService(coreServices.userInfo),
  config: coreServices.rootConfig,
  discovery: optionalService(coreServices.discovery),
  permissions: optionalService(coreServices.permissions),
  urlReader: optionalService(coreServices.urlReader),
  events: optionalService(eventsServiceRef),
  signals: signalsServiceRef,
  pluginProvider: optionalService(dynamicPluginsServiceRef),
  instanceMetadata: optionalService(coreServices.rootInstanceMetadata),
  systemMetadata: optionalService(coreServices.rootSystemMetadata),
};

type Instances<TRefs> = {
  [key in keyof TRefs]: TRefs[key] extends ServiceRef<infer TService> ? TService : never;
};

/** Instances of {@link dataServices}. */
export type DataServices = Instances<typeof dataServices>;

/** Instances of {@link environmentServices}. */
export type EnvironmentServices = Instances<typeof environmentServices>;
