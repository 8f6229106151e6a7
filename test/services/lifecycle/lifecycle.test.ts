import { expect } from 'chai';
import { ConfigReader } from '@backstage/config';
import { lifecycleServiceFactory, rootLifecycleServiceFactory } from 'backstage-forklift/services';
import { RecordingLogger } from '../root-http-router/support/recording-logger';

const create = async (factory: unknown, deps: object): Promise<any> =>
  (factory as { factory(deps: object): Promise<any> }).factory(deps);

const config = new ConfigReader({});

const KINDS = {
  'of a plugin': (logger: RecordingLogger) =>
    create(lifecycleServiceFactory, { logger, config, metadata: { getId: () => 'catalog' } }),
  'of the backend': (logger: RecordingLogger) =>
    create(rootLifecycleServiceFactory, { logger, config }),
};

for (const [kind, createLifecycle] of Object.entries(KINDS)) {
  describe(`lifecycle hooks ${kind}`, () => {
    it('run side by side, and are waited for', async () => {
      const lifecycle = await createLifecycle(new RecordingLogger());
      const order: string[] = [];
      let release: () => void;
      lifecycle.addStartupHook(async () => {
        await new Promise<void>(resolve => {
          release = resolve;
        });
        order.push('first');
      });
      lifecycle.addStartupHook(() => {
        order.push('second');
        release();
      });
      await lifecycle.startup();
      expect(order).to.deep.equal(['second', 'first']);
    });

    it('run once, however often the backend starts or stops', async () => {
      const lifecycle = await createLifecycle(new RecordingLogger());
      let runs = 0;
      lifecycle.addStartupHook(() => void (runs += 1));
      lifecycle.addShutdownHook(() => void (runs += 10));
      await Promise.all([lifecycle.startup(), lifecycle.startup()]);
      await Promise.all([lifecycle.shutdown(), lifecycle.shutdown()]);
      expect(runs).to.equal(11);
    });

    it('that fail are logged, by the logger they bring, and stop no other', async () => {
      const logger = new RecordingLogger();
      const own = new RecordingLogger();
      const lifecycle = await createLifecycle(logger);
      let ran = false;
      lifecycle.addShutdownHook(() => {
        throw new Error('at once');
      });
      lifecycle.addShutdownHook(() => Promise.reject(new Error('later')), { logger: own });
      lifecycle.addShutdownHook(() => {
        ran = true;
      });
      await lifecycle.shutdown();
      expect(ran).to.equal(true);
      expect(logger.messages('error').join()).to.match(/hutdown hook failed, Error: at once/);
      expect(own.messages('error').join()).to.match(/hutdown hook failed, Error: later/);
    });

    it('cannot be added too late', async () => {
      const lifecycle = await createLifecycle(new RecordingLogger());
      await lifecycle.startup();
      expect(() => lifecycle.addStartupHook(() => {})).to.throw(
        'Attempted to add startup hook after startup',
      );
      await lifecycle.shutdown();
      expect(() => lifecycle.addShutdownHook(() => {})).to.throw(
        'Attempted to add shutdown hook after shutdown',
      );
    });
  });
}

describe('lifecycle hooks of a plugin that bring a root logger', () => {
  it('say which plugin they are of', async () => {
    const own = new RecordingLogger();
    const lifecycle = await KINDS['of a plugin'](new RecordingLogger());
    lifecycle.addStartupHook(() => Promise.reject(new Error('no')), { logger: own });
    await lifecycle.startup();
    expect(own.lines[0].meta).to.include({ plugin: 'catalog' });
  });
});

describe('hooks before the shutdown of the backend', () => {
  it('run before the others, once, and cannot be added too late', async () => {
    const lifecycle = await KINDS['of the backend'](new RecordingLogger());
    const order: string[] = [];
    lifecycle.addShutdownHook(() => void order.push('shutdown'));
    lifecycle.addBeforeShutdownHook(() => void order.push('before'));
    await lifecycle.beforeShutdown();
    await lifecycle.beforeShutdown();
    expect(() => lifecycle.addBeforeShutdownHook(() => {})).to.throw(
      'Attempt to add before shutdown hook after shutdown has started',
    );
    lifecycle.addShutdownHook(() => void order.push('added meanwhile'));
    await lifecycle.shutdown();
    expect(order).to.deep.equal(['before', 'shutdown', 'added meanwhile']);
  });
});
