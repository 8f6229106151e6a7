import { expect } from 'chai';
import sinon from 'sinon';
import {
  BackendStartupError,
  coreServices,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

const fails = (text: string) => () => {
  throw new Error(text);
};

describe('startup', () => {
  it('starts once, and takes no features afterwards', async () => {
    const backend = createMinimalBackend({ features: [plugin('a')] });
    const { result } = await backend.start();
    expect(result.outcome).to.equal('success');
    expect(() => backend.add(plugin('b'))).to.throw(
      'feature can not be added after the backend has started',
    );
    expect((await failure(() => backend.start())).message).to.equal('Backend has already started');
    await backend.stop();
  });

  it('does not start after it was stopped', async () => {
    const backend = createMinimalBackend();
    await backend.stop();
    expect((await failure(() => backend.start())).message).to.equal('Backend has already stopped');
  });

  it('collects all failures, and lets the other plugins finish first', async () => {
    const started: string[] = [];
    const backend = createMinimalBackend({
      features: [
        plugin('a', fails('a boom')),
        plugin('b', () => started.push('b')),
        module('b', 'm', fails('m boom')),
      ],
    });
    const error = await failure(() => backend.start());
    expect(error)
      .to.be.instanceOf(BackendStartupError)
      .and.have.property('name', 'BackendStartupError');
    expect(error.message).to.equal(
      [
        'Backend startup failed due to the following errors:',
        "  Plugin 'a' startup failed; caused by Error: a boom",
        "  Module 'm' for plugin 'b' startup failed; caused by Error: m boom",
      ].join('\n'),
    );
    expect(error.result.outcome).to.equal('failure');
    expect(started).to.deep.equal(['b']);
    expect(backend.messages('error')).to.deep.equal([
      "Plugin 'a' threw an error during startup, waiting for 1 other plugins to finish before shutting down the process. Error: a boom",
      "Module m in Plugin 'b' threw an error during startup, waiting for 1 other plugins to finish before shutting down the process. Error: m boom",
    ]);
  });

  it('goes on without plugins and modules that configuration can do without', async () => {
    const config = {
      backend: {
        startup: {
          default: { onPluginModuleBootFailure: 'continue' },
          plugins: {
            a: { onPluginBootFailure: 'continue' },
            b: { modules: { strict: { onPluginModuleBootFailure: 'abort' } } },
          },
        },
      },
    };
    const features = [plugin('a', fails('boom')), plugin('b'), module('b', 'm', fails('boom'))];
    const backend = createMinimalBackend({ config, features });
    const { result } = await backend.start();
    expect(result.outcome).to.equal('success');
    const [a, b] = result.plugins;
    expect(a.failure?.allowed).to.equal(true);
    expect(b.failure).to.equal(undefined);
    expect(b.modules[0].failure?.allowed).to.equal(true);
    expect(backend.messages('error')[0]).to.equal(
      "Plugin 'a' threw an error during startup, but boot failure is permitted for this plugin so startup will continue. Error: boom",
    );
    await backend.stop();

    const strict = createMinimalBackend({
      config,
      features: [...features, module('b', 'strict', fails('strict boom'))],
    });
    const { message } = await failure(() => strict.start());
    expect(message).to.include('strict boom').and.not.include("Plugin 'a'");
  });

  it('refuses a policy that is none', async () => {
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: { onPluginBootFailure: 'contine' } } } },
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.equal(
      `Invalid value "contine" for 'backend.startup.default.onPluginBootFailure', expected 'abort' or 'continue'`,
    );
  });

  it('never starts a plugin that depends on a service that failed', async () => {
    const ref = createServiceRef<unknown>({ id: 'x' });
    const started: string[] = [];
    const backend = createMinimalBackend({
      features: [
        createServiceFactory({ service: ref, deps: {}, factory: fails('boom') }) as any,
        plugin('a', () => started.push('a'), { ref }),
        plugin('b', () => started.push('b')),
      ],
    });
    await failure(() => backend.start());
    expect(started).to.deep.equal(['b']);
  });

  it('gives a result that is a timeline in JSON', async () => {
    const ref = createServiceRef<string>({ id: 'x.slow' });
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: { onPluginModuleBootFailure: 'continue' } } } },
      features: [
        createServiceFactory({
          service: ref,
          deps: {},
          factory: () => new Promise<string>(resolve => setTimeout(resolve, 20, 'x')),
        }),
        plugin('a', () => {}, { ref }),
        module('a', 'm', fails('boom')),
      ],
    });
    const { result } = await backend.start();
    expect(Object.keys(result.plugins[0])).to.have.members(['pluginId', 'resultAt', 'modules']);

    const { outcome, beginAt, services, plugins } = JSON.parse(JSON.stringify(result));
    expect(outcome).to.equal('success');
    expect(new Date(beginAt).getTime()).to.be.closeTo(Date.now(), 60_000);
    expect(services.map((service: any) => service.serviceId)).to.include('core.rootConfig');
    const [a] = plugins;
    expect(a.timing.waitedFor).to.deep.equal(['x.slow']);
    expect(a.timing.endMs).to.be.at.least(a.timing.readyMs);
    const slow = a.services.find((service: any) => service.serviceId === 'x.slow');
    expect(slow.endMs - slow.readyMs).to.be.greaterThan(10);
    expect(a.timing.readyMs).to.be.at.least(slow.endMs);
    const { timing } = a.modules[0];
    expect(timing.waitedFor).to.deep.equal([]);
    expect(timing.endMs).to.be.at.least(timing.readyMs).and.at.most(a.timing.readyMs);
    expect(a.modules[0].failure).to.deep.equal({
      allowed: true,
      error: { name: 'Error', message: 'boom' },
    });
    await backend.stop();
  });

  it('logs which plugins are starting, at growing intervals', async () => {
    const clock = sinon.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'],
    });
    try {
      let finish = () => {};
      const backend = createMinimalBackend({
        features: [
          plugin('slow', () => new Promise<void>(resolve => (finish = resolve))),
          plugin('fast'),
        ],
      });
      const starting = backend.start();
      await turns();
      await clock.tickAsync(4000);
      finish();
      await starting;
      expect(backend.messages('info')).to.deep.equal([
        "Plugin initialization started: 'fast', 'slow'",
        "Plugin initialization in progress, newly initialized: 'fast', still initializing: 'slow'",
        "Plugin initialization in progress, still initializing: 'slow'",
        "Plugin initialization in progress, still initializing: 'slow'",
        "Plugin initialization complete, newly initialized: 'slow'",
      ]);
      await backend.stop();
    } finally {
      clock.restore();
    }
  });

  it('says every few seconds what a start that hangs is waiting for', async () => {
    const clock = sinon.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'],
    });
    try {
      const ref = createServiceRef<unknown>({ id: 'x.stuck' });
      const outer = createServiceRef<unknown>({ id: 'x.outer' });
      const finish: Array<() => void> = [];
      const hang = () => new Promise<void>(resolve => finish.push(resolve));
      const backend = createMinimalBackend({
        features: [
          createServiceFactory({ service: ref, deps: {}, factory: hang }),
          createServiceFactory({ service: outer, deps: { ref }, factory: () => 1 }),
          plugin('a', () => {}, { outer }),
          plugin('b', hang),
          plugin('c'),
          module('c', 'm', hang),
        ],
      });
      const starting = backend.start();
      await turns();
      await clock.tickAsync(10_000);
      expect(backend.messages('warn')).to.deep.equal([
        [
          'Backend startup is waiting:',
          "  plugin 'a' for service 'x.stuck', since 5 s",
          "  plugin 'b' for its own init, since 5 s",
          "  module 'm' for plugin 'c' for its own init, since 5 s",
        ].join('\n'),
        [
          'Backend startup is waiting:',
          "  plugin 'a' for service 'x.stuck', since 10 s",
          "  plugin 'b' for its own init, since 10 s",
          "  module 'm' for plugin 'c' for its own init, since 10 s",
        ].join('\n'),
      ]);
      finish.forEach(done => done());
      await starting;
      await backend.stop();
    } finally {
      clock.restore();
    }
  });

  it('says which import a start that hangs is waiting for', async () => {
    const clock = sinon.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'],
    });
    const warn = sinon.stub(console, 'warn');
    try {
      let finish: (feature: any) => void = () => {};
      const backend = createMinimalBackend();
      backend.add(new Promise(resolve => (finish = resolve)));
      const starting = backend.start();
      await clock.tickAsync(5000);
      expect(warn.firstCall.args[0]).to.match(
        /^Backend startup is waiting:\n {2}for the import of the feature added by backend\.add at \S+:\d+:\d+$/,
      );
      finish({ default: plugin('a') });
      await starting;
      await backend.stop();
    } finally {
      warn.restore();
      clock.restore();
    }
  });

  it('needs lifecycle services that can be started and stopped', async () => {
    const backend = createMinimalBackend({
      features: [
        createServiceFactory({
          service: coreServices.rootLifecycle,
          deps: {},
          factory: () => ({}) as any,
        }),
      ],
    });
    expect((await failure(() => backend.start())).message).to.equal(
      'Unexpected root lifecycle service implementation',
    );
  });
});

/** Lets everything run that waits for no timer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise(resolve => setImmediate(resolve));
  }
}
