// What wiring costs: `fork(wiring.cjs, [<ours|stock|bare|circles>, <count>])` answers with milliseconds of
// processor time, since nothing else is waited for. `bare` is the plugins' own work without a backend.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const SERVICES = 5;
const MODULES = 2;

const [subject, count] = [process.argv[2], Number(process.argv[3])];
const measure = { circles: findCircles, bare: runPlugins }[subject] ?? startPlugins;
void measure(count, subject).then(ms => process.send({ ms }));

/** Starts plugins with services and modules of their own that do nothing. */
async function startPlugins(plugins, who) {
  const api = load(who);
  const features = createParts(plugins).flatMap(parts => createFeatures(api, parts));
  const backend = api.createSpecializedBackend({ defaultServiceFactories: lifecycles(api) });
  const begin = settled();
  for (const feature of features) {
    backend.add(feature);
  }
  await backend.start();
  const ms = millisecondsSince(begin);
  await backend.stop();
  return ms;
}

/** Runs everything that plugins bring along, in the same order and with as many promises of their own. */
async function runPlugins(plugins) {
  const all = createParts(plugins);
  const begin = settled();
  await Promise.all(all.map(runParts));
  return millisecondsSince(begin);
}

async function runParts({ services, plugin, modules }) {
  const things = { add() {} };
  let deps;
  let init;
  const points = {
    registerExtensionPoint() {},
    registerInit(options) {
      ({ deps, init } = options);
    },
  };
  for (const register of modules) {
    register(points, things);
    await init({ things });
  }
  const instances = [];
  for (const factory of services) {
    instances.push(await factory({ previous: instances.at(-1) }));
  }
  plugin(points, things, instances);
  await init({ ...deps });
  await HOOKS.startup();
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
  const begin = settled();
  api.createSpecializedBackend({ defaultServiceFactories });
  return millisecondsSince(begin);
}

/** The processor time so far. What was made before is collected now, not while something is measured. */
function settled() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.cpuUsage();
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

const HOOKS = {
  startup: async () => {},
  beforeShutdown: async () => {},
  shutdown: async () => {},
};

function lifecycles({ coreServices, createServiceFactory }) {
  return [coreServices.rootLifecycle, coreServices.lifecycle].map(service =>
    createServiceFactory({ service, deps: {}, factory: () => HOOKS }),
  );
}

/** What the authors of each plugin write: factories of services, and `register` of it and its modules. */
function createParts(plugins) {
  return Array.from({ length: plugins }, (_, i) => ({
    pluginId: `p${i}`,
    services: Array.from({ length: SERVICES }, (__, number) => () => ({ number })),
    plugin(reg, extensionPoint, deps) {
      reg.registerExtensionPoint(extensionPoint, { add() {} });
      reg.registerInit({ deps: { ...deps }, async init() {} });
    },
    modules: Array.from({ length: MODULES }, (__, number) => (reg, extensionPoint) => {
      reg.registerInit({
        deps: { things: extensionPoint },
        async init({ things }) {
          things.add(number);
        },
      });
    }),
  }));
}

function createFeatures(api, { pluginId, services, plugin, modules }) {
  const extensionPoint = api.createExtensionPoint({ id: `${pluginId}.things` });
  const refs = {};
  let previous;
  const factories = services.map((factory, number) => {
    const service = api.createServiceRef({ id: `${pluginId}.service${number}` });
    const deps = previous ? { previous } : {};
    refs[`service${number}`] = service;
    previous = service;
    return api.createServiceFactory({ service, deps, factory });
  });
  return [
    ...factories,
    api.createBackendPlugin({ pluginId, register: reg => plugin(reg, extensionPoint, refs) }),
    ...modules.map((register, number) =>
      api.createBackendModule({
        pluginId,
        moduleId: `m${number}`,
        register: reg => register(reg, extensionPoint),
      }),
    ),
  ];
}
