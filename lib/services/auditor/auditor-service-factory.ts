import { coreServices, createServiceFactory } from '../../api';
import { DefaultAuditorService } from './default-auditor-service';
import { logAuditorEvents } from './log-auditor-events';
import { readSeverityLogLevels } from './severity-log-levels';

/** The audit log of a plugin: lines of its log that have `isAuditEvent`. */
export const auditorServiceFactory = createServiceFactory({
  service: coreServices.auditor,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    plugin: coreServices.pluginMetadata,
  },
  factory: ({ config, logger, ...deps }) =>
    DefaultAuditorService.create(
      logAuditorEvents(logger.child({ isAuditEvent: true }), readSeverityLogLevels(config)),
      deps,
    ),
});
