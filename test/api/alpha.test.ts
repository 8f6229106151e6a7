import { expect } from 'chai';
import sinon from 'sinon';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';
import { createMinimalBackend, plugin } from '../wiring/minimal-backend';

describe('features written in the alpha style', () => {
  let emitWarning: sinon.SinonStub;
  beforeEach(() => {
    emitWarning = sinon.stub(process, 'emitWarning');
  });
  afterEach(() => emitWarning.restore());

  const warnings = () => emitWarning.args.map(([message]) => String(message));

  function createPlugin(seen: unknown[]) {
    return createBackendPlugin({
      pluginId: 'example',
      register(env, options?: { silent?: boolean }) {
        env.registerInit({
          deps: { logger: coreServices.logger },
          async init({ logger }) {
            seen.push(options);
            if (!options?.silent) {
              logger.info('Hello from example plugin');
            }
          },
        });
      },
    });
  }

  it('installs a plugin with optional options called with them, called without, and not called', async () => {
    const seen: unknown[] = [];
    const examplePlugin = createPlugin(seen);
    for (const feature of [examplePlugin({ silent: true }), examplePlugin(), examplePlugin]) {
      const backend = createMinimalBackend({ features: [feature] });
      await backend.start();
      await backend.stop();
    }
    expect(seen).to.deep.equal([{ silent: true }, undefined, undefined]);
    expect(warnings()).to.have.length(2);
    expect(warnings()[0]).to.equal(
      "Plugin 'example' is called to create a feature, which is the way of the alpha of the backend system; add it without the call, and take options from configuration or an extension point",
    );
  });

  it('installs a module that requires options', async () => {
    const seen: unknown[] = [];
    const exampleModule = createBackendModule({
      pluginId: 'example',
      moduleId: 'greeting',
      register(env, options: { greeting: string }) {
        env.registerInit({
          deps: {},
          async init() {
            seen.push(options.greeting);
          },
        });
      },
    });
    const backend = createMinimalBackend({
      features: [plugin('example'), exampleModule({ greeting: 'hi' })],
    });
    await backend.start();
    await backend.stop();
    expect(seen).to.deep.equal(['hi']);
  });

  it('runs the outer function of a service factory once, and the inner one for each plugin', async () => {
    const ref = createServiceRef<string>({ id: 'x.example' });
    let outer = 0;
    const factory = createServiceFactory({
      service: ref,
      deps: { config: coreServices.rootConfig, plugin: coreServices.pluginMetadata },
      factory: (async ({ config }: any) => {
        outer += 1;
        const title = config.getString('app.title');
        return async ({ plugin: metadata, config: other }: any) =>
          `${title} ${metadata.getId()} ${other === config}`;
      }) as any,
    });
    const seen: string[] = [];
    const backend = createMinimalBackend({
      config: { app: { title: 'Portal' } },
      features: [
        factory(),
        ...['a', 'b', 'c'].map(id => plugin(id, deps => seen.push(deps.ref), { ref })),
      ],
    });
    await backend.start();
    await backend.stop();
    expect(seen).to.deep.equal(['Portal a true', 'Portal b true', 'Portal c true']);
    expect(outer).to.equal(1);
    expect(warnings()).to.deep.equal([
      "The factory of service 'x.example' returns a function for each plugin, which is the way of the alpha of the backend system; use createRootContext for what is made once, and return the service",
    ]);
  });

  it('runs the outer function for each plugin when it takes what belongs to a plugin', async () => {
    const ref = createServiceRef<string>({ id: 'x.example' });
    const factory = createServiceFactory({
      service: ref,
      deps: { logger: coreServices.logger, plugin: coreServices.pluginMetadata },
      factory: (async ({ logger, plugin: outer }: any) => {
        logger.info(`made for ${outer.getId()}`);
        return async ({ plugin: metadata }: any) => metadata.getId();
      }) as any,
    });
    const seen: string[] = [];
    const backend = createMinimalBackend({
      features: [
        factory,
        ...['a', 'b'].map(id => plugin(id, deps => seen.push(deps.ref), { ref })),
      ],
    });
    await backend.start();
    await backend.stop();
    expect(seen).to.deep.equal(['a', 'b']);
    expect(backend.messages('info')).to.include.members(['made for a', 'made for b']);
  });

  it('leaves services alone that are functions', async () => {
    const functions: any = {
      plain: ({ logger }: any) => logger,
      async: async (id: string) => id,
      other: async ({ id }: any) => id,
    };
    const refs: any = {};
    const factories = Object.entries(functions).map(([name, value]) => {
      refs[name] = createServiceRef<unknown>({ id: `x.${name}` });
      return createServiceFactory({
        service: refs[name],
        deps: { logger: coreServices.logger },
        factory: () => value,
      });
    });
    let seen: any;
    const backend = createMinimalBackend({
      features: [...(factories as any), plugin('a', deps => (seen = deps), refs)],
    });
    await backend.start();
    await backend.stop();
    expect(seen).to.deep.equal(functions);
    expect(warnings()).to.deep.equal([]);
  });
});
