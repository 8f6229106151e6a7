// What wiring costs: `fork(wiring.cjs, [<ours|stock|circles>, <count>])` answers with milliseconds of
// processor time, since nothing else is waited for.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const SERVICES = 5;
const MODULES = 2;

const [subject, count] = [process.argv[2], Number(process.argv[3])];
void (subject === 'circles' ? findCircles(count) : startPlugins(subject, count)).then(ms =>
  process.send({ ms }),
);

/** Starts plugins with services and modules of their own that do nothing. */
async function startPlugins(who, plugins) {
  const api = load(who);
  const features = Array.from({ length: plugins }, (_, i) => createFeatures(api, i)).flat();
  const backend = api.createSpecializedBackend({ defaultServiceFactories: lifecycles(api) });
  const begin = process.cpuUsage();
  for (const feature of features) {
    backend.add(feature);
  }
  await backend.start();
  const ms = millisecondsSince(begin);
  await backend.stop();
  return ms;
}

/** Looks for circles among services that have none; each depends on three others. */
async function findCircles(services) {
  const api = load('ours');
  const refs = Array.from({ length: services }, (_, i) =>
    api.createServiceRef({ id: `service.${i}`, scope: 'root' }),
  );
  const defaultServiceFactories = refs.map((service, i) =>
    api.createServiceFactory({
      service,
      deps: Object.fromEntries(
        [1, 7, 100].filter(step => step <= i).map(step => [step, refs[i - step]]),
      ),
      factory: () => ({}),
    }),
  );
  const begin = process.cpuUsage();
  api.createSpecializedBackend({ defaultServiceFactories });
  return millisecondsSince(begin);
}

function millisecondsSince(begin) {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

function load(who) {
  if (who === 'ours') {
    return require('backstage-forklift');
  }
  const stock = createRequire(join(__dirname, '..', '..', 'test', 'interop', 'package.json'));
  return {
    ...stock('@backstage/backend-plugin-api'),
    ...stock('@backstage/backend-app-api'),
  };
}

function lifecycles({ coreServices, createServiceFactory }) {
  const hooks = {
    startup: async () => {},
    beforeShutdown: async () => {},
    shutdown: async () => {},
  };
  return [coreServices.rootLifecycle, coreServices.lifecycle].map(service =>
    createServiceFactory({ service, deps: {}, factory: () => hooks }),
  );
}

function createFeatures(api, i) {
  const pluginId = `p${i}`;
  const extensionPoint = api.createExtensionPoint({ id: `${pluginId}.things` });
  const refs = [];
  const factories = Array.from({ length: SERVICES }, (_, number) => {
    const service = api.createServiceRef({ id: `${pluginId}.service${number}` });
    const deps = refs.length > 0 ? { previous: refs[number - 1] } : {};
    refs.push(service);
    return api.createServiceFactory({ service, deps, factory: () => ({ number }) });
  });
  return [
    ...factories,
    api.createBackendPlugin({
      pluginId,
      register(reg) {
        reg.registerExtensionPoint(extensionPoint, { add() {} });
        reg.registerInit({
          deps: { ...refs },
          async init() {},
        });
      },
    }),
    ...Array.from({ length: MODULES }, (_, number) =>
      api.createBackendModule({
        pluginId,
        moduleId: `m${number}`,
        register(reg) {
          reg.registerInit({
            deps: { things: extensionPoint },
            async init({ things }) {
              things.add(number);
            },
          });
        },
      }),
    ),
  ];
}
