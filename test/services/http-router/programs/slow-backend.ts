// A backend whose answers wait for its shutdown.
import type { Request, Response } from 'express';
import { coreServices, createBackend, createBackendPlugin } from 'backstage-forklift';

const expected = Number(process.env.EXPECTED_REQUESTS);
let arrived = 0;

const backend = createBackend();
backend.add(
  createBackendPlugin({
    pluginId: 'slow',
    register(reg) {
      reg.registerInit({
        deps: { httpRouter: coreServices.httpRouter, lifecycle: coreServices.lifecycle },
        async init({ httpRouter, lifecycle }) {
          const waiting: Response[] = [];
          httpRouter.use((_req: Request, res: Response) => {
            arrived += 1;
            waiting.push(res);
            if (arrived === expected) {
              console.log('all requests have arrived');
            }
          });
          httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          lifecycle.addShutdownHook(() => {
            console.log('stopping');
            setTimeout(() => waiting.forEach(res => res.json({ done: true })), 500);
          });
        },
      });
    },
  }),
);
void backend.start().then(() => console.log('ready'));
