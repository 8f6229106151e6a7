export type {
  AuditorEvent,
  AuditorEventActorDetails,
  AuditorEventOptions,
  AuditorEventRequest,
  AuditorEventStatus,
  AuditorLogFunction,
} from './auditor-event';
export { auditorServiceFactory } from './auditor-service-factory';
export { DefaultAuditorService } from './default-auditor-service';
export {
  WinstonRootAuditorService,
  type WinstonRootAuditorServiceOptions,
} from './winston-root-auditor-service';
