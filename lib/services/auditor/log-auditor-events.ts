import type { LoggerService } from '../../api';
import type { AuditorLogFunction } from './auditor-event';
import type { SeverityLogLevels } from './severity-log-levels';

/** Writes audited events to a log, as `<plugin>.<event>`, at the level of their severity. */
export function logAuditorEvents(
  logger: LoggerService,
  levels: SeverityLogLevels,
): AuditorLogFunction {
  return event => {
    const level = levels[event.severityLevel];
    const message = `${event.plugin}.${event.eventId}`;
    if ('error' in event) {
      const { error, ...fields } = event;
      logger.child(fields)[level](message, error);
    } else {
      logger[level](message, event);
    }
  };
}
