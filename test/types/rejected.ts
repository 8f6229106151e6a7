// Checked by `npm run typecheck`: mistakes do not compile.
import {
  coreServices,
  createBackend,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
} from 'backstage-forklift';

interface Greeter {
  greet(name: string): string;
}

const pluginRef = createServiceRef<Greeter>({ id: 'x.plugin' });
const rootRef = createServiceRef<Greeter>({ id: 'x.root', scope: 'root' });
const extensionPoint = createExtensionPoint<Greeter>({ id: 'x.point' });
const backend = createBackend();

createBackendPlugin({
  pluginId: 'x',
  register(reg) {
    reg.registerInit({
      deps: { logger: coreServices.logger },
      // @ts-expect-error there is no such dependency
      async init({ loger }) {
        loger.info('x');
      },
    });
    reg.registerInit({
      // @ts-expect-error a plugin cannot use extension points
      deps: { extensionPoint },
      async init() {},
    });
    // @ts-expect-error not what the extension point offers
    reg.registerExtensionPoint(extensionPoint, { greet: (name: number) => name });
    // @ts-expect-error init has to be given
    reg.registerInit({ deps: {} });
  },
});

// @ts-expect-error a plugin has an id
createBackendPlugin({ register() {} });
// @ts-expect-error a module has an id of its own
createBackendModule({ pluginId: 'x', register() {} });

// @ts-expect-error a root scoped service cannot depend on a plugin scoped one
createServiceFactory({
  service: rootRef,
  deps: { logger: coreServices.logger },
  factory: () => ({ greet: name => name }),
});
createServiceFactory({
  service: pluginRef,
  deps: { config: coreServices.rootConfig },
  // @ts-expect-error there is no such dependency
  factory: ({ logger }) => ({ greet: () => String(logger) }),
});
createServiceFactory({
  service: pluginRef,
  deps: {},
  // @ts-expect-error not what the service offers
  factory: () => ({ great: (name: string) => name }),
});
createServiceFactory({
  service: pluginRef,
  deps: { logger: coreServices.logger },
  // @ts-expect-error the root context has only services of the root
  createRootContext: ({ logger }) => logger,
  factory: () => ({ greet: name => name }),
});

createBackendFeatureLoader({
  // @ts-expect-error loaders can only depend on services of the root
  deps: { logger: coreServices.logger },
  loader: () => [],
});

// @ts-expect-error not a feature
backend.add({ pluginId: 'x' });
// @ts-expect-error not an import of a feature
backend.add(Promise.resolve({ pluginId: 'x' }));

const optional = createBackendPlugin({
  pluginId: 'optional',
  register(reg, options?: { silent?: boolean }) {
    reg.registerInit({ deps: {}, init: async () => void options?.silent });
  },
});
backend.add(optional);
backend.add(optional());
backend.add(optional({ silent: true }));
// @ts-expect-error no such option
backend.add(optional({ quiet: true }));

const required = createBackendModule({
  pluginId: 'x',
  moduleId: 'required',
  register(reg, options: { greeting: string }) {
    reg.registerInit({ deps: {}, init: async () => void options.greeting });
  },
});
const feature: BackendFeature = required({ greeting: 'hi' });
backend.add(feature);
// @ts-expect-error its options are required
backend.add(required);
// @ts-expect-error its options are required
backend.add(required());
// @ts-expect-error a required option is missing
backend.add(required({}));
