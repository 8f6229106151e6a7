import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';

/** How much an audited event matters, from routine (`low`) to `critical`. */
export type AuditorServiceEventSeverityLevel = 'low' | 'medium' | 'high' | 'critical';

/** Options of {@link AuditorService.createEvent}. */
export type AuditorServiceCreateEventOptions = {
  /** Kebab-case, unique in the plugin, for example `entity-fetch`. */
  eventId: string;
  /** Defaults to `low`. */
  severityLevel?: AuditorServiceEventSeverityLevel;
  /** The request that caused the event: names the actor. */
  request?: Request<any, any, any, any, any>;
  meta?: JsonObject;
};

/** An initiated event, to be ended once. */
export type AuditorServiceEvent = {
  success(options?: { meta?: JsonObject }): Promise<void>;
  fail(options: { meta?: JsonObject; error: Error }): Promise<void>;
};

/** Writes the audit log of a plugin. */
export interface AuditorService {
  createEvent(options: AuditorServiceCreateEventOptions): Promise<AuditorServiceEvent>;
}
