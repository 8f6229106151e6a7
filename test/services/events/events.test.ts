import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import type {
  AuthService,
  DiscoveryService,
  EventParams,
  EventsService,
  LifecycleService,
} from '../../../lib/api';
import { DefaultEventsService } from '../../../lib/services/events';
import { failureOf } from '../database/test-manager';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { FakeEventsBackend } from './fake-events-backend';

describe('events', () => {
  /** Subscribes, and gives what arrives. */
  async function receive(events: EventsService, id: string, topics: string[]) {
    const received: EventParams[] = [];
    await events.subscribe({ id, topics, onEvent: async event => void received.push(event) });
    return received;
  }

  describe('in one process', () => {
    it('reach every subscriber of their topic, in all plugins', async () => {
      const events = DefaultEventsService.create({ logger: recordingLogger() });
      const a = await receive(events.forPlugin('a'), 'one', ['x', 'y']);
      const b = await receive(events.forPlugin('b'), 'two', ['y']);
      const event = { topic: 'y', eventPayload: { n: 1 }, metadata: { source: 'test' } };
      await events.forPlugin('c').publish({ topic: 'x', eventPayload: 1 });
      await events.forPlugin('c').publish(event);
      await events.publish({ topic: 'z', eventPayload: 2 });
      expect(a).to.deep.equal([{ topic: 'x', eventPayload: 1 }, event]);
      expect(b).to.deep.equal([event]);
    });

    it('are published when all subscribers have handled them', async () => {
      const events = DefaultEventsService.create({ logger: recordingLogger() }).forPlugin('a');
      let done = false;
      await events.subscribe({
        id: 'slow',
        topics: ['x'],
        onEvent: async () => {
          await new Promise(resolve => setTimeout(resolve, 20));
          done = true;
        },
      });
      await events.publish({ topic: 'x', eventPayload: {} });
      expect(done).to.equal(true);
    });

    it('reach the others when a subscriber fails, which is logged', async () => {
      const logger = recordingLogger();
      const events = DefaultEventsService.create({ logger }).forPlugin('a');
      await events.subscribe({
        id: 'broken',
        topics: ['x'],
        onEvent: async () => {
          throw new Error('broken');
        },
      });
      const received = await receive(events, 'fine', ['x']);
      await events.publish({ topic: 'x', eventPayload: {} });
      expect(received).to.have.length(1);
      expect(logger.lines).to.include(
        'warn: Subscriber "a.broken" failed to process event for topic "x"',
      );
    });

    it('refuse an unknown mode of the bus', () => {
      const config = new ConfigReader({ events: { useEventBus: 'sometimes' } });
      expect(() => DefaultEventsService.create({ logger: recordingLogger(), config })).to.throw(
        "Invalid events.useEventBus config, must be one of never, always, auto, got 'sometimes'",
      );
    });
  });

  describe('beside an events backend', () => {
    let backend: FakeEventsBackend;
    let logger: ReturnType<typeof recordingLogger>;
    let shutdown: Array<() => void | Promise<void>>;

    beforeEach(async () => {
      backend = new FakeEventsBackend();
      await backend.start();
      logger = recordingLogger();
      shutdown = [];
    });

    afterEach(async () => {
      await stop();
      await backend.stop();
    });

    async function stop() {
      for (const hook of shutdown.splice(0)) await hook();
    }

    function start(useEventBus?: 'never' | 'always' | 'auto') {
      const events = DefaultEventsService.create({ logger, useEventBus });
      return (pluginId: string) =>
        events.forPlugin(pluginId, {
          auth: {
            getOwnServiceCredentials: async () => ({}),
            getPluginRequestToken: async ({ targetPluginId }: { targetPluginId: string }) => ({
              token: `${targetPluginId}-token`,
            }),
          } as unknown as AuthService,
          discovery: { getBaseUrl: async () => backend.url } as unknown as DiscoveryService,
          lifecycle: {
            addShutdownHook: hook => void shutdown.push(hook),
            addStartupHook: () => {},
          } as LifecycleService,
          logger,
        });
    }

    it('go there too, with the subscribers that have had them', async () => {
      const events = start()('a');
      await receive(events, 'one', ['x']);
      await events.publish({ topic: 'x', eventPayload: { n: 1 } });
      expect(backend.published).to.deep.equal([
        { event: { topic: 'x', payload: { n: 1 } }, notifiedSubscribers: ['a.one'] },
      ]);
    });

    it('come from there', async () => {
      const received = await receive(start()('a'), 'one/ü', ['x']);
      await eventually(() => expect(backend.waiting).to.equal(1));
      expect([...backend.subscriptions.keys()]).to.deep.equal(['a.one/ü']);
      backend.send('x', 1);
      await eventually(() => expect(received).to.deep.equal([{ topic: 'x', eventPayload: 1 }]));
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.send('x', 2);
      await eventually(() => expect(received).to.have.length(2));
    });

    it('stay in the process when the backend is not installed, which is logged once', async () => {
      backend.failWith = 404;
      const forPlugin = start();
      const received = await receive(forPlugin('a'), 'one', ['x']);
      await receive(forPlugin('b'), 'two', ['x']);
      await eventually(() => expect(logger.lines.join()).to.include('events backend not found'));
      const requests = backend.requests.length;
      await forPlugin('c').publish({ topic: 'x', eventPayload: 1 });
      expect(received).to.have.length(1);
      expect(backend.requests.length).to.be.at.most(requests + 1);
      expect(logger.lines.filter(line => line.startsWith('warn'))).to.have.length(1);
    });

    it('are not given up when a backend that has answered is away for a while', async () => {
      const events = start()('a');
      const received = await receive(events, 'one', ['x']);
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.failWith = 404;
      backend.endWaiting();
      await eventually(() =>
        expect(logger.lines.join()).to.include('Poll failed for subscription "a.one"'),
      );
      const failure = await failureOf(events.publish({ topic: 'x', eventPayload: 1 }));
      expect(failure.message).to.include('404');
      expect(received).to.have.length(1); // in this process

      backend.failWith = undefined;
      await events.publish({ topic: 'x', eventPayload: 2 });
      expect(backend.published.map(({ event }) => event.payload)).to.deep.equal([2]);
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.send('x', 3);
      await eventually(() => expect(received).to.have.length(3));
    });

    it('fail to publish without the backend when it is required', async () => {
      backend.failWith = 404;
      const failure = await failureOf(
        start('always')('a').publish({ topic: 'x', eventPayload: 1 }),
      );
      expect(failure.message).to.include('404');
    });

    it('never leave the process when told so', async () => {
      const events = start('never')('a');
      await receive(events, 'one', ['x']);
      await events.publish({ topic: 'x', eventPayload: 1 });
      expect(backend.requests).to.deep.equal([]);
    });

    it('come again after the backend lost the subscription or failed', async () => {
      const received = await receive(start()('a'), 'one', ['x']);
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.subscriptions.clear();
      backend.endWaiting();
      await eventually(() => expect(backend.subscriptions.size).to.equal(1));
      await eventually(() => expect(backend.waiting).to.equal(1));

      backend.failWith = 500;
      backend.endWaiting();
      await eventually(() =>
        expect(logger.lines.join()).to.include('Poll failed for subscription "a.one"'),
      );
      backend.failWith = undefined;
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.send('x', 1);
      await eventually(() => expect(received).to.have.length(1));
    });

    it('end with the plugin, without waiting for the next one', async () => {
      const events = start()('a');
      await receive(events, 'one', ['x']);
      await eventually(() => expect(backend.waiting).to.equal(1));
      const begin = Date.now();
      await stop();
      expect(Date.now() - begin).to.be.lessThan(1_000);
      const failure = await failureOf(events.publish({ topic: 'x', eventPayload: 1 }));
      expect(failure.message).to.equal('Service is shutting down');
    });

    it('that were taken are delivered before the plugin ends', async () => {
      const events = start()('a');
      const handled: unknown[] = [];
      await events.subscribe({
        id: 'slow',
        topics: ['x'],
        onEvent: async event => {
          await new Promise(resolve => setTimeout(resolve, 100));
          handled.push(event.eventPayload);
        },
      });
      await eventually(() => expect(backend.waiting).to.equal(1));
      backend.send('x', 1);
      backend.send('x', 2);
      await eventually(() => expect(backend.subscriptions.get('a.slow')!.events).to.be.empty);
      await stop();
      expect(handled).to.deep.equal([1, 2]);
    });
  });
});
