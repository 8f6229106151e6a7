export { DefaultEventsService } from './default-events-service';
export { eventsServiceFactory } from './events-service-factory';
