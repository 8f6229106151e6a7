import * as forklift from 'backstage-forklift';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * A replica with the events backend of stock Backstage and a plugin that publishes what its parent
 * process sends and reports what it receives: of ours, or with RUNTIME=stock of stock Backstage.
 */
const stock = createRequire(join(__dirname, '../../interop/package.json'));
const { createBackend, createBackendPlugin, eventsServiceRef } =
  process.env.RUNTIME === 'stock'
    ? ({
        ...stock('@backstage/backend-defaults'),
        ...stock('@backstage/backend-plugin-api'),
        ...stock('@backstage/plugin-events-node'),
      } as typeof forklift)
    : forklift;

async function main() {
  let events: forklift.EventsService;
  const backend = createBackend();
  backend.add(stock('@backstage/plugin-events-backend').default);
  backend.add(
    createBackendPlugin({
      pluginId: process.env.PLUGIN_ID!,
      register: reg =>
        reg.registerInit({
          deps: { service: eventsServiceRef },
          async init({ service }) {
            events = service;
            await events.subscribe({
              id: 'all',
              topics: ['things'],
              onEvent: async ({ eventPayload }) => void process.send!(eventPayload),
            });
          },
        }),
    }),
  );
  await backend.start();
  process.on('message', eventPayload => void events.publish({ topic: 'things', eventPayload }));
  process.send!('started');
}

void main();
