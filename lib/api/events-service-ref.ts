import { createServiceRef } from './service-ref';
import type { EventsService } from './services';

/** The ref of `@backstage/plugin-events-node`, by protocol. */
export const eventsServiceRef = createServiceRef<EventsService>({ id: 'events.service' });
