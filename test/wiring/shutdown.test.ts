import { expect } from 'chai';
import { coreServices, createServiceFactory } from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

const { lifecycle, rootLifecycle } = coreServices;

describe('shutdown', () => {
  it('runs hooks before shutdown, then those of all plugins, then those of the backend', async () => {
    const order: string[] = [];
    const adds = (id: string) => (deps: any) => {
      deps.root.addShutdownHook(() => void order.push('root'));
      deps.root.addBeforeShutdownHook(() => void order.push('before'));
      deps.own.addShutdownHook(async () => {
        await new Promise(resolve => setImmediate(resolve));
        order.push(id);
      });
      deps.own.addStartupHook(() => void order.push(`start ${id}`));
    };
    const deps = { root: rootLifecycle, own: lifecycle };
    const backend = createMinimalBackend({
      features: [plugin('a', adds('a'), deps), plugin('b', adds('b'), deps)],
    });
    await backend.start();
    await Promise.all([backend.stop(), backend.stop()]);
    await backend.stop();
    expect(order).to.deep.equal([
      ...['start a', 'start b', 'before', 'before', 'a', 'b', 'root', 'root'],
    ]);
  });

  it('does nothing before the start', async () => {
    await createMinimalBackend({ features: [plugin('a')] }).stop();
  });

  it('waits for a start that is under way', async () => {
    const order: string[] = [];
    const backend = createMinimalBackend({
      features: [
        plugin(
          'a',
          async deps => {
            deps.own.addShutdownHook(() => void order.push('stopped'));
            await new Promise(resolve => setTimeout(resolve, 20));
            order.push('started');
          },
          { own: lifecycle },
        ),
      ],
    });
    const starting = backend.start();
    await backend.stop();
    await starting;
    expect(order).to.deep.equal(['started', 'stopped']);
  });

  it('stops what has started when the start fails', async () => {
    const order: string[] = [];
    const backend = createMinimalBackend({
      features: [
        plugin(
          'a',
          deps => {
            deps.own.addShutdownHook(() => void order.push('a stopped'));
            deps.root.addShutdownHook(() => void order.push('root stopped'));
          },
          { own: lifecycle, root: rootLifecycle },
        ),
        plugin(
          'b',
          deps => {
            deps.own.addShutdownHook(() => void order.push('b stopped'));
            throw new Error('boom');
          },
          { own: lifecycle },
        ),
      ],
    });
    await failure(() => backend.start());
    expect(order).to.deep.equal(['a stopped', 'b stopped', 'root stopped']);
    await backend.stop();
  });

  it('goes on without hooks that do not finish in time, and says which', async () => {
    const order: string[] = [];
    const backend = createMinimalBackend({
      config: { backend: { lifecycle: { shutdownTimeout: { milliseconds: 20 } } } },
      features: [
        plugin(
          'stuck',
          deps => {
            deps.own.addShutdownHook(() => {});
            deps.own.addShutdownHook(() => new Promise(() => {}));
            deps.own.addShutdownHook(async () => void order.push('other'));
          },
          { own: lifecycle },
        ),
        plugin('a', deps => deps.root.addShutdownHook(() => void order.push('root')), {
          root: rootLifecycle,
        }),
      ],
    });
    await backend.start();
    const { message } = await failure(() => backend.stop());
    expect(message).to.match(
      /^The backend stopped, but these did not finish in time: shutdown hooks of plugin 'stuck' \(Plugin shutdown hook added at [^,]*shutdown\.test\.ts:\d+:\d+\)$/,
    );
    expect(order).to.deep.equal(['other', 'root']);
    const warnings = backend.messages('warn');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(
      /^Shutdown goes on without shutdown hooks of plugin 'stuck' \(.*shutdown\.test\.ts:\d+:\d+\): not done after 20 ms$/,
    );
  });

  it('gives each hook its own time, and names each that does not finish', async () => {
    const order: string[] = [];
    const hang = () => new Promise<void>(() => {});
    const backend = createMinimalBackend({
      config: { backend: { lifecycle: { shutdownTimeout: { milliseconds: 60 } } } },
      features: [
        plugin(
          'busy',
          deps => {
            deps.own.addShutdownHook(() => {
              const until = performance.now() + 100;
              while (performance.now() < until);
              order.push('blocking');
            });
            deps.own.addShutdownHook(async () => {
              await new Promise(resolve => setTimeout(resolve, 10));
              order.push('quick');
            });
          },
          { own: lifecycle },
        ),
        plugin(
          'stuck',
          deps => {
            deps.root.addBeforeShutdownHook(hang);
            deps.own.addShutdownHook(hang);
            deps.own.addShutdownHook(hang);
            deps.root.addShutdownHook(hang);
            deps.root.addShutdownHook(() => void order.push('root'));
          },
          { own: lifecycle, root: rootLifecycle },
        ),
      ],
    });
    await backend.start();
    const { message } = await failure(() => backend.stop());
    expect(order).to.deep.equal(['blocking', 'quick', 'root']);
    const names = [
      'before shutdown hooks of the backend (Before shutdown hook added at ',
      "shutdown hooks of plugin 'stuck' (Plugin shutdown hook added at ",
      "shutdown hooks of plugin 'stuck' (Plugin shutdown hook added at ",
      'shutdown hooks of the backend (Shutdown hook added at ',
    ];
    const places = /\S*shutdown\.test\.ts:\d+:\d+\)/g;
    expect(message.replace(places, '')).to.equal(
      `The backend stopped, but these did not finish in time: ${names.join(', ')}`,
    );
    expect(backend.messages('warn').map(line => line.replace(places, ''))).to.deep.equal(
      names.map(name => `Shutdown goes on without ${name}: not done after 60 ms`),
    );
  });

  it('does not wait for ever for lifecycles that know of no deadlines', async () => {
    const stock = { startup: async () => {}, shutdown: () => new Promise<void>(() => {}) };
    const backend = createMinimalBackend({
      config: { backend: { lifecycle: { shutdownTimeout: { milliseconds: 20 } } } },
      features: [
        createServiceFactory({ service: lifecycle, deps: {}, factory: () => stock as any }),
        plugin('a'),
      ],
    });
    await backend.start();
    const { message } = await failure(() => backend.stop());
    expect(message).to.equal(
      "The backend stopped, but these did not finish in time: shutdown hooks of plugin 'a'",
    );
  });

  it('goes on when hooks fail', async () => {
    const order: string[] = [];
    const backend = createMinimalBackend({
      features: [
        plugin(
          'a',
          deps => {
            deps.own.addShutdownHook(() => {
              throw new Error('boom');
            });
            deps.own.addShutdownHook(() => void order.push('other'));
          },
          { own: lifecycle },
        ),
        module('a', 'm', deps => deps.own.addShutdownHook(() => void order.push('module')), {
          own: lifecycle,
        }),
      ],
    });
    await backend.start();
    await backend.stop();
    expect(order).to.deep.equal(['module', 'other']);
  });

  it('refuses hooks that come too late', async () => {
    let own: any;
    let root: any;
    const backend = createMinimalBackend({
      features: [
        plugin('a', deps => ({ own, root } = deps), { own: lifecycle, root: rootLifecycle }),
      ],
    });
    await backend.start();
    expect(() => own.addStartupHook(() => {})).to.throw(
      'Attempted to add startup hook after startup',
    );
    await backend.stop();
    expect(() => own.addShutdownHook(() => {})).to.throw(
      'Attempted to add shutdown hook after shutdown',
    );
    expect(() => root.addBeforeShutdownHook(() => {})).to.throw(
      'Attempt to add before shutdown hook after shutdown has started',
    );
  });
});
