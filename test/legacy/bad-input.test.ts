import { coreServices, createExtensionPoint } from 'backstage-forklift';
import { legacyPlugin, LegacyPluginError, makeLegacyPlugin } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { startBackend, stopBackends } from './start-backend';

const module = Promise.resolve({ default: async () => Router() });
const make = makeLegacyPlugin as (...args: unknown[]) => unknown;
const add = legacyPlugin as (...args: unknown[]) => unknown;

describe('bad input of makeLegacyPlugin', () => {
  const logger = coreServices.logger;
  const cases: { [what: string]: [args: unknown[], message: string] } = {
    'no arguments': [[], 'makeLegacyPlugin takes services by the keys of the environment, as in'],
    'a list of services': [[[logger], {}], 'not a list'],
    'a value in place of a service': [
      [{ catalogApi: { getEntities() {} } }, {}],
      "takes a service ref for the key 'catalogApi', not an object with 'getEntities'. Pass a value",
    ],
    'an undefined service': [
      [{ identity: undefined }, {}],
      "for the key 'identity', not undefined",
    ],
    'an extension point': [
      [{ x: createExtensionPoint({ id: 'todo.x' }) }, {}],
      "for the key 'x', not a @backstage/ExtensionPoint",
    ],
    'transforms that are none': [
      [{ logger }, 'x'],
      'as second argument, or {}, not the string "x"',
    ],
    'a transform that is no function': [
      [{ logger }, { logger: 'winston' }],
      `for the key 'logger' must be a function of its service, not the string "winston"`,
    ],
    'a transform without a service': [
      [{ logger }, { loger: () => 1 }],
      "for the key 'loger' has no service: the mapping has 'logger'.",
    ],
  };
  for (const [what, [args, message]] of Object.entries(cases)) {
    it(`is named: ${what}`, () => {
      expect(() => make(...args))
        .to.throw(message)
        .with.property('name', 'InputError');
    });
  }
});

describe('bad input of legacyPlugin', () => {
  afterEach(stopBackends);

  const cases: { [what: string]: [args: unknown[], message: string] } = {
    'no arguments': [[], "Invalid pluginId 'undefined', must match the pattern"],
    'a path for an id': [
      ['/tech insights', module],
      "Use legacyPlugin('tech-insights', ..., { path:",
    ],
    'a file name': [
      ['todo', './plugins/todo'],
      `takes import('./plugins/todo') as second argument`,
    ],
    'no module': [['todo'], `as second argument, not undefined`],
    'options that are none': [['todo', module, null], 'its options must be an object, not null'],
    'an option that does not exist': [
      ['todo', module, { allow: ['/health'] }],
      "it has no option 'allow'. The options are envId, path, routers, auth, keys",
    ],
    'an env id with a path': [
      ['todo', module, { envId: '../x' }],
      'its envId must match the pattern',
    ],
    'a path that is no text': [['todo', module, { path: 7 }], 'its path must be a path like'],
    'a path without a slash': [['todo', module, { path: 'x' }], "its path 'x' must start with '/'"],
    'a list of routers': [
      ['todo', module, { routers: ['/todo'] }],
      'its routers must be paths by the names',
    ],
    'routers beside a path': [
      ['todo', module, { path: '/todo', routers: { router: '/api/todo' } }],
      'it has both path and routers. Name all paths in routers',
    ],
    'two routers of one path': [
      ['todo', module, { routers: { a: '/todo', b: '/todo/' } }],
      "its routers 'a' and 'b' have one path, '/todo'",
    ],
    'a path that nothing can have': [
      ['todo', module, { path: '/api/../todo' }],
      "its path '/api/../todo' has what no request has in its path",
    ],
    'one route in place of a list': [
      ['todo', module, { auth: { allow: '/health' } }],
      `its auth.allow must be a list of routes like ['/health'], not "/health"`,
    ],
    'another policy': [['todo', module, { auth: { open: [] } }], 'its auth must be an object like'],
    'a middleware that is none': [
      ['todo', module, { middlewares: [undefined] }],
      'its middlewares must be a list of request handlers',
    ],
    'no time to start': [['todo', module, { startTimeout: 0 }], 'that is greater than 0'],
    'a hook that is none': [
      ['todo', module, { onShutdown: true }],
      'its onShutdown must be a function',
    ],
  };
  for (const [what, [args, message]] of Object.entries(cases)) {
    it(`is named: ${what}`, () => {
      const call = () => add(...args);
      expect(call).to.throw(LegacyPluginError, message);
      expect(call).to.throw(/^Legacy plugin '.*' \(added at .*bad-input\.test\.ts:\d+:\d+\): /);
    });
  }

  it('takes a time to start that no timer knows for one without end', async () => {
    const slow = async () => new Promise(resolve => setTimeout(() => resolve(Router()), 20));
    const options = { startTimeout: { days: 60 } };
    const plugin = add('todo', Promise.resolve({ default: slow }), options);
    const backend = await startBackend([plugin as ReturnType<typeof legacyPlugin>]);
    expect((await backend.get('/api/todo/')).status).to.equal(401);
  });

  it('takes options that are undefined for ones that are not there', async () => {
    const options = { envId: undefined, auth: undefined, keys: undefined, startTimeout: undefined };
    const plugin = add('todo', module, options) as ReturnType<typeof legacyPlugin>;
    const backend = await startBackend([plugin]);
    expect((await backend.get('/api/todo/')).status).to.equal(401);
  });
});
