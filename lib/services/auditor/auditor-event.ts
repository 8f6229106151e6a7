import type { JsonObject } from '@backstage/types';
import type { AuditorServiceCreateEventOptions, AuditorServiceEventSeverityLevel } from '../../api';

/** Who caused an audited event. */
export type AuditorEventActorDetails = {
  /** Entity reference of a user, or subject of a service. */
  actorId?: string;
  ip?: string;
  hostname?: string;
  userAgent?: string;
};

/** The request that caused an audited event. */
export type AuditorEventRequest = {
  url: string;
  method: string;
};

/** How far an audited event has come. */
export type AuditorEventStatus =
  { status: 'initiated' } | { status: 'succeeded' } | { status: 'failed'; error: Error };

/** An event on its way to the audit log. */
export type AuditorEventOptions<TMeta extends JsonObject> = Omit<
  AuditorServiceCreateEventOptions,
  'meta'
> & { meta?: TMeta } & AuditorEventStatus;

/** An entry of the audit log. */
export type AuditorEvent = {
  /** Id of the plugin. */
  plugin: string;
  eventId: string;
  severityLevel: AuditorServiceEventSeverityLevel;
  actor: AuditorEventActorDetails;
  meta?: JsonObject;
  request?: AuditorEventRequest;
} & AuditorEventStatus;

/** Writes entries of the audit log. */
export type AuditorLogFunction = (event: AuditorEvent) => void | Promise<void>;
