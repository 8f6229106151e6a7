import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type RootConfigService,
} from '../../../api';
import { assertConfig, checkConfig } from './check-config';

/** Nothing to call: that it exists says that the configuration is good. */
const configCheckServiceRef = createServiceRef<object>({ id: 'core.configCheck', scope: 'root' });

/**
 * Refuses a configuration with mistakes before anything reads it, and before the backend listens.
 * Keys that nothing reads are no mistakes, since any package may have keys of its own: they are logged.
 *
 * @throws InputError that names every mistake
 */
export const configCheckServiceFactory = createServiceFactory({
  service: configCheckServiceRef,
  deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
  factory({ config, logger }) {
    const findings = checkConfig(config);
    [...findings.tolerated, ...findings.unknownKeys].forEach(message => logger.warn(message));
    assertConfig(findings);
    assertConnections(config);
    return {};
  },
});

/** Connections have rules of their own, which take long to load. */
function assertConnections(config: RootConfigService): void {
  if (config.has('connections')) {
    const { buildConnectionsFromConfig } =
      require('@backstage/connections/config') as typeof import('@backstage/connections/config');
    buildConnectionsFromConfig({ config });
  }
}
