import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('starts plugins side by side, however many there are', async () => {
    let isLastThere = () => {};
    const last = new Promise<void>(resolve => (isLastThere = resolve));
    const others = Array.from({ length: 60 }, (_, index) => plugin(`p${index}`, () => last));
    const backend = createMinimalBackend({
      features: [...others, plugin('last', () => isLastThere())],
    });
    const { result } = await backend.start();
    expect(result.plugins).to.have.length(61);
    await backend.stop();
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

  it('refuses settings that are none, before anything starts', async () => {
    const duration = "expected a duration such as '30s', 'PT30S' or { seconds: 30 }";
    const wrong: Array<[key: string, value: any, message: string]> = [
      [
        'startup.onFailure',
        'explode',
        "\"explode\" for 'backend.startup.onFailure', expected 'exit-unless-handled' or 'exit' or 'throw'",
      ],
      [
        'startup.onModuleWithoutPlugin',
        7,
        "7 for 'backend.startup.onModuleWithoutPlugin', expected 'warn' or 'abort' or 'ignore'",
      ],
      ['startup.report', 5, "5 for 'backend.startup.report', expected a text"],
      [
        'startup.default.onPluginBootFailure',
        'contine',
        "\"contine\" for 'backend.startup.default.onPluginBootFailure', expected 'abort' or 'continue'",
      ],
      [
        'startup.default.onPluginModuleBootFailure',
        true,
        "true for 'backend.startup.default.onPluginModuleBootFailure', expected 'abort' or 'continue'",
      ],
      [
        'startup.plugins.a.onPluginBootFailure',
        ['abort'],
        "[\"abort\"] for 'backend.startup.plugins.a.onPluginBootFailure', expected 'abort' or 'continue'",
      ],
      [
        'startup.plugins.a.modules.m.onPluginModuleBootFailure',
        'x',
        "\"x\" for 'backend.startup.plugins.a.modules.m.onPluginModuleBootFailure', expected 'abort' or 'continue'",
      ],
      ['startup.plugins', 'a', '"a" for \'backend.startup.plugins\', expected an object'],
      [
        'process.onUnhandledRejection',
        'panic',
        "\"panic\" for 'backend.process.onUnhandledRejection', expected 'log' or 'exit'",
      ],
      [
        'process.onUncaughtException',
        {},
        "{} for 'backend.process.onUncaughtException', expected 'log' or 'exit'",
      ],
      ...['shutdownTimeout', 'serverShutdownDelay', 'requestDrainTimeout'].map(
        (name): [string, any, string] => [
          `lifecycle.${name}`,
          'soon',
          `"soon" for 'backend.lifecycle.${name}', ${duration}`,
        ],
      ),
      [
        'lifecycle.startupRequestPauseTimeout',
        { seconds: -1 },
        `{"seconds":-1} for 'backend.lifecycle.startupRequestPauseTimeout', ${duration}`,
      ],
    ];
    for (const [key, value, message] of wrong) {
      const made = sinon.spy();
      const eager = createServiceFactory({
        service: createServiceRef<unknown>({ id: 'x.eager', scope: 'root' }),
        deps: {},
        factory: made,
      });
      const config = key.split('.').reduceRight<any>((inner, name) => ({ [name]: inner }), value);
      const backend = createMinimalBackend({ config: { backend: config }, features: [eager] });
      const error = await failure(() => backend.start());
      expect(error, key).to.have.property('name', 'InputError');
      expect(error.message).to.equal(`Invalid value ${message}`);
      sinon.assert.notCalled(made);
    }
  });

  it('names all settings that are none at once', async () => {
    const startup = {
      onFailure: 1,
      default: { onPluginBootFailure: 2, onPluginModuleBootFailure: 3 },
      plugins: { a: { onPluginBootFailure: 4, modules: 5 }, b: { onPluginBootFailure: 6 } },
    };
    const process = { onUnhandledRejection: 7, onUncaughtException: 8 };
    const lifecycle = {
      shutdownTimeout: 9,
      serverShutdownDelay: 10,
      startupRequestPauseTimeout: 11,
      requestDrainTimeout: 12,
    };
    const config = { backend: { startup, process, lifecycle } };
    const { message } = await failure(() => createMinimalBackend({ config }).start());
    const values = message.split('\n').map((line: string) => /value (\d+) for/.exec(line)?.[1]);
    expect(values).to.have.members(Array.from({ length: 12 }, (_, index) => String(index + 1)));
    const none = await failure(() => createMinimalBackend({ config: { backend: 1 } }).start());
    expect(none.name).to.equal('InputError');
    expect(none.message).to.include("The setting 'backend.startup.onFailure' cannot be read");
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

  it('writes its result to a file, also when it fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'startup-report-'));
    const report = join(folder, 'startup.json');
    const config = (file: unknown) => ({ backend: { startup: { report: file as string } } });
    try {
      const backend = createMinimalBackend({ config: config(report), features: [plugin('a')] });
      const { result } = await backend.start();
      expect(await readFile(report, 'utf8')).to.equal(`${JSON.stringify(result, undefined, 2)}\n`);
      await backend.stop();

      const features = [plugin('a'), plugin('b', fails('boom'))];
      await failure(() => createMinimalBackend({ config: config(report), features }).start());
      const { outcome, plugins } = JSON.parse(await readFile(report, 'utf8'));
      expect(outcome).to.equal('failure');
      expect(plugins.find(({ pluginId }: any) => pluginId === 'b').failure.error.message).to.equal(
        'boom',
      );

      const unwritable = createMinimalBackend({ config: config(folder) });
      await unwritable.start();
      expect(unwritable.messages('warn').join()).to.match(
        /startup report can not be written \('backend.startup.report'\).*EISDIR/,
      );
      await unwritable.stop();
      const wrong = await failure(() => createMinimalBackend({ config: config(5) }).start());
      expect(wrong.message).to.include("'backend.startup.report'");
    } finally {
      await rm(folder, { recursive: true });
    }
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

  it('logs plugins that failed as such', async () => {
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: { onPluginBootFailure: 'continue' } } } },
      features: [
        plugin('bad', fails('boom')),
        plugin('good'),
        plugin('late', deps => deps.own.addStartupHook(fails('too late')), {
          own: coreServices.lifecycle,
        }),
      ],
    });
    const { result } = await backend.start();
    expect(backend.messages('info').at(-1)).to.equal(
      "Plugin initialization complete, newly initialized: 'good', 'late', failed: 'bad'",
    );
    expect(
      result.plugins.map(({ pluginId, failure: own }) => [pluginId, Boolean(own)]),
    ).to.deep.equal([
      ['bad', true],
      ['good', false],
      ['late', false],
    ]);
    await backend.stop();
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
