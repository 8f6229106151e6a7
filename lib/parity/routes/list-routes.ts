import type { Server } from 'node:http';
import type { ParityRoute } from './parity-route';
import { walkRouters } from './walk-routers';

/** Lists the endpoints of a server of this process; none where it has no router of express. */
export function listRoutes(server: Pick<Server, 'listeners'>): ParityRoute[] {
  return server.listeners('request').flatMap(walkRouters);
}
