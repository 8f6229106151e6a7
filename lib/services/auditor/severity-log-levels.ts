import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { AuditorServiceEventSeverityLevel } from '../../api';

const KEY = 'backend.auditor.severityLogLevelMappings';
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Levels at which events are logged, by severity. */
export type SeverityLogLevels = Record<
  AuditorServiceEventSeverityLevel,
  (typeof LOG_LEVELS)[number]
>;

const DEFAULTS: SeverityLogLevels = {
  low: 'debug',
  medium: 'info',
  high: 'info',
  critical: 'info',
};

/** Reads `backend.auditor.severityLogLevelMappings`. @throws InputError that names the wrong value */
export function readSeverityLogLevels(config: Config): SeverityLogLevels {
  const levels = { ...DEFAULTS };
  for (const severity of Object.keys(DEFAULTS) as AuditorServiceEventSeverityLevel[]) {
    const given = config.getOptionalString(`${KEY}.${severity}`);
    if (given !== undefined) {
      levels[severity] = checkLevel(severity, given);
    }
  }
  return levels;
}

function checkLevel(severity: string, given: string): (typeof LOG_LEVELS)[number] {
  const level = LOG_LEVELS.find(name => name === given);
  if (!level) {
    throw new InputError(
      `The configuration value for '${KEY}.${severity}' was given an invalid value: '${given}'. ` +
        `Expected one of the following valid values: '${LOG_LEVELS.join(', ')}'.`,
    );
  }
  return level;
}
