// Writes lines of all kinds with the WinstonLogger of the module that is given.
const { WinstonLogger } = require(process.argv[2]);

const logger = WinstonLogger.create({ meta: { service: 'backstage' }, level: 'silly' });
const catalog = logger.child({ plugin: 'catalog' });
logger.addRedactions(['first-secret', ' second.secret\n', 'x']);
logger.setLevelOverrides([{ matchers: { plugin: ['search', '/^auth-/'] }, level: 'error' }]);

logger.info('plain');
catalog.info('with a plugin');
catalog.child({ task: 'refresh' }).warn('with a task');
catalog.warn('with fields', {
  number: 1,
  text: 'it "is"',
  list: [1, 'a', { b: null }],
  nothing: null,
  undefined: undefined,
  date: new Date(0),
});
catalog.error('failed', Object.assign(new Error('why'), { stack: 'Error: why', code: 'E1' }));
catalog.error('failed', Object.assign(new Error('out'), { stack: 'S', cause: 'in' }));
catalog.debug('with a message', { message: 'more' });
catalog.info('of another plugin', { plugin: 'other', timestamp: 'then' });
catalog.info('with first-secret and second.secret, not secondXsecret', { field: 'first-secret' });
catalog.info('in\nlines', { key: 'a\nb' });
catalog.info('with text', 'text');
catalog.info('with a list', ['a', 'b']);
catalog.info({ not: 'text' });
logger.child({ plugin: 'search' }).info('not written');
logger.child({ plugin: 'search' }).error('written');
logger.child({ plugin: 'auth-x' }).warn('not written');
