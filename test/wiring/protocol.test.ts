import { expect } from 'chai';
import sinon from 'sinon';
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

/** What the features of this project look like to another backend. */
describe('the shape of features', () => {
  const own = (feature: unknown) => ({ ...(feature as any) });

  it('is that of @backstage/backend-plugin-api for service factories', () => {
    const service = createServiceRef<string>({ id: 'x.a' });
    const deps = { logger: coreServices.logger };
    const factory = own(createServiceFactory({ service, deps, factory: () => 'x' }));
    expect(factory).to.include({
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'service',
      service,
      deps,
    });
    expect(factory).not.to.have.property('createRootContext');
    const contextual = own(
      createServiceFactory({ service, deps: {}, createRootContext: () => 1, factory: () => 'x' }),
    );
    expect(contextual.createRootContext({})).to.be.a('promise');
    expect(contextual.factory({})).to.be.a('promise');
  });

  it('is that of @backstage/backend-plugin-api for references', () => {
    const ref: any = createServiceRef<string>({ id: 'x.a' });
    expect(ref).to.include({
      $$type: '@backstage/ServiceRef',
      id: 'x.a',
      scope: 'plugin',
      multiton: false,
      T: null,
    });
    expect([String(ref), JSON.stringify(ref)]).to.deep.equal([
      'serviceRef{x.a}',
      '"serviceRef{x.a}"',
    ]);
    const point = createExtensionPoint<string>({ id: 'x.p' });
    expect(point).to.include({ $$type: '@backstage/ExtensionPoint', id: 'x.p', T: null });
    expect(String(point)).to.equal('extensionPoint{x.p}');
  });

  it('is that of @backstage/backend-plugin-api for plugins, whose register runs at each call', () => {
    const point = createExtensionPoint<string>({ id: 'x.p' });
    const register = sinon.spy((reg: any) => {
      reg.registerConnection({ type: 'github' });
      reg.registerExtensionPoint(point, 'implementation');
      reg.registerInit({ deps: {}, init: async () => {} });
    });
    const feature = own(createBackendPlugin({ pluginId: 'x', register }));
    for (let call = 1; call <= 3; call += 1) {
      const [registration, ...others] = feature.getRegistrations();
      expect(others).to.deep.equal([]);
      expect(registration).to.include({ type: 'plugin-v1.1', pluginId: 'x' });
      expect(registration.connections).to.deep.equal([{ type: 'github' }]);
      expect(registration.extensionPoints[0].extensionPoint).to.equal(point);
      expect(registration.extensionPoints[0].factory({})).to.equal('implementation');
      sinon.assert.callCount(register, call);
    }
    const [other] = own(module('x', 'm')).getRegistrations();
    expect(other).to.deep.include({ type: 'module-v1.1', moduleId: 'm', connections: [] });
  });

  it('is that of @backstage/backend-plugin-api for loaders', async () => {
    const a = plugin('a');
    const loader = own(createBackendFeatureLoader({ loader: () => [a] }));
    expect(loader).to.include({ featureType: 'loader', version: 'v1' });
    expect(loader.description).to.match(/^created at '\S+protocol\.test\.ts:\d+:\d+'$/);
    expect(await loader.loader({})).to.deep.equal([a]);
  });
});

describe('the rules of features', () => {
  const start = (...features: any[]) =>
    failure(() => createMinimalBackend({ features }).start()) as Promise<any>;
  const init = { deps: {}, init: async () => {} };

  it('name the module whose register does nothing', async () => {
    const idle = createBackendModule({ pluginId: 'p', moduleId: 'm', register() {} });
    expect((await start(plugin('p'), idle)).message).to.equal(
      'registerInit was not called by register in m module for p',
    );
  });

  it('abort the start when register throws, without attribution', async () => {
    const register = () => {
      throw new Error('boom');
    };
    const error = await start(createBackendPlugin({ pluginId: 'p', register }), plugin('q'));
    expect([error.message, error.result]).to.deep.equal(['boom', undefined]);
  });

  it('hold connections to be declared once, and before init', async () => {
    const declare = (register: (reg: any) => void) =>
      start(createBackendPlugin({ pluginId: 'p', register }));
    const twice = await declare(reg => {
      reg.registerConnection({ type: 'github' });
      reg.registerConnection({ type: 'github' });
    });
    expect(twice.message).to.equal(
      "Duplicate connection registration for type 'github' in plugin 'p'",
    );
    const late = await declare(reg => [reg.registerInit(init), reg.registerConnection({})]);
    expect(late.message).to.equal('registerConnection called after registerInit');
  });

  it('only warn of ids with underscores', () => {
    const warn = sinon.stub(console, 'warn');
    try {
      createBackendPlugin({ pluginId: 'my_plugin', register() {} });
      createBackendModule({ pluginId: 'my_plugin', moduleId: 'my_module', register() {} });
      expect(warn.args.flat()).to.have.length(2);
      expect(warn.args[0][0]).to.match(/The pluginId 'my_plugin' will be invalid soon/);
      expect(warn.args[1][0]).to.match(/'my_module' for plugin 'my_plugin' will be invalid soon/);
    } finally {
      warn.restore();
    }
  });

  it('let copies of a reference with default factories of their own have instances of their own', async () => {
    const copy = (value: object) =>
      createServiceRef<object>({
        id: 'x.copied',
        defaultFactory: async service =>
          createServiceFactory({ service: service as any, deps: {}, factory: () => value }),
      });
    const [one, two] = [{}, {}];
    let seen: any;
    const backend = createMinimalBackend({
      features: [plugin('p', deps => (seen = deps), { a: copy(one), b: copy(two) })],
    });
    await backend.start();
    expect(seen.a).to.equal(one);
    expect(seen.b).to.equal(two);
    await backend.stop();
  });

  it('ask for lifecycles of plugins that can be started and stopped', async () => {
    const factory = createServiceFactory({
      service: coreServices.lifecycle,
      deps: {},
      factory: () => ({}) as any,
    });
    const error = await start(factory, plugin('p'));
    expect(error.result.plugins[0].failure.error.message).to.equal(
      'Unexpected plugin lifecycle service implementation',
    );
  });

  it('do not let modules inherit what is permitted to their plugin', async () => {
    const permitted = { onPluginBootFailure: 'continue' };
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: permitted, plugins: { p: permitted } } } },
      features: [plugin('p'), module('p', 'm', () => Promise.reject(new Error('boom')))],
    });
    const { result } = await failure(() => backend.start());
    expect(result.plugins[0].modules[0].failure).to.include({ allowed: false });
  });

  it('never permit services of the root to fail', async () => {
    const permitted = { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' };
    const boom = createServiceFactory({
      service: createServiceRef<unknown>({ id: 'x.root', scope: 'root' }),
      deps: {},
      factory: () => Promise.reject(new Error('boom')),
    });
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: permitted } } },
      features: [boom, plugin('p')],
    });
    expect((await failure(() => backend.start())).message).to.equal(
      "Failed to instantiate service 'x.root' for 'root' because the factory function threw an error, Error: boom",
    );
  });

  it('let what a plugin reports of a module be permitted', async () => {
    const point = createExtensionPoint<unknown>({ id: 'p.ext' });
    const backend = createMinimalBackend({
      config: { backend: { startup: { default: { onPluginModuleBootFailure: 'continue' } } } },
      features: [
        createBackendPlugin({
          pluginId: 'p',
          register(reg) {
            reg.registerExtensionPoint({
              extensionPoint: point,
              factory: ({ reportModuleStartupFailure }) =>
                reportModuleStartupFailure({ error: new Error('of no use') }),
            });
            reg.registerInit(init);
          },
        }),
        module('p', 'm', () => {}, { point }),
      ],
    });
    const { result } = await backend.start();
    expect(result.outcome).to.equal('success');
    expect(result.plugins[0].modules[0].failure).to.include({ allowed: true });
    expect(backend.messages('error')).to.deep.equal([
      "Plugin 'p' reported failure for module 'm' during startup, but boot failure is permitted for this plugin module so startup will continue. Error: of no use",
    ]);
    await backend.stop();
  });
});
