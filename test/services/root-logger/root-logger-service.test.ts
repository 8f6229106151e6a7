import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { coreServices, createServiceFactory } from 'backstage-forklift';
import Transport from 'winston-transport';
import {
  loggerServiceFactory,
  rootLoggerServiceFactory,
  type WinstonLogger,
  type RootLoggerFactoryOptions,
} from 'backstage-forklift/services';
import { mockServices, ServiceFactoryTester } from 'backstage-forklift/testing';
import { eventually } from '../eventually';
import { captureLines, withEnvironment } from './capture-stdout';

use(chaiAsPromised);

describe('The log of the backend', () => {
  const production = { NODE_ENV: 'production', LOG_LEVEL: undefined };
  const workingFolder = process.cwd();
  let dir: string;

  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'logger-test-')));
    writeFileSync(
      join(dir, 'package.json'),
      JSON.stringify({
        name: 'root',
        version: '1',
        configSchema: {
          type: 'object',
          properties: {
            tokens: { type: 'array', items: { type: 'string', visibility: 'secret' } },
          },
        },
      }),
    );
    mkdirSync(join(dir, 'log'));
    process.chdir(dir);
  });

  afterEach(() => {
    process.chdir(workingFolder);
    rmSync(dir, { recursive: true, force: true });
  });

  const create = (data: object, options?: RootLoggerFactoryOptions) => {
    const config = mockServices.rootConfig({ data: data as any });
    const tester = ServiceFactoryTester.from(loggerServiceFactory, {
      dependencies: [
        createServiceFactory({
          service: coreServices.rootConfig,
          deps: {},
          factory: () => config,
        }),
        options ? rootLoggerServiceFactory(options) : rootLoggerServiceFactory,
      ],
    });
    return { config, logger: () => tester.getSubject('catalog') as Promise<WinstonLogger> };
  };
  const linesOf = (use: () => Promise<void>) =>
    withEnvironment(production, () => captureLines(use));

  it('says how many secrets it masks, names service and plugin, and masks them', async () => {
    const { logger } = create({ tokens: ['first-secret', 'x'] });

    const lines = await linesOf(async () => (await logger()).info('with first-secret'));

    expect(lines.map(line => JSON.parse(line))).to.deep.equal([
      {
        level: 'info',
        message: 'Found 2 new secrets in config that will be redacted',
        service: 'backstage',
      },
      { level: 'info', message: 'with ***', service: 'backstage', plugin: 'catalog' },
    ]);
  });

  it('masks secrets that come into the configuration later, and goes on to mask those that have gone', async () => {
    const { config, logger } = create({ tokens: ['old-secret'] });

    const lines = await linesOf(async () => {
      const log = await logger();
      config.update({ data: { tokens: ['new-secret'] } });
      log.info('old-secret and new-secret');
    });

    expect(JSON.parse(lines.at(-1)!).message).to.equal('*** and ***');
  });

  it('shows the words of backend.logger.redaction.allow', async () => {
    const { logger } = create({
      tokens: ['postgres', 'real-secret'],
      backend: { logger: { redaction: { allow: ['postgres'] } } },
    });

    const lines = await linesOf(async () => (await logger()).info('postgres real-secret'));

    expect(JSON.parse(lines[1]).message).to.equal('postgres ***');
  });

  it('takes level, meta and overrides from backend.logger, the overrides also when they change', async () => {
    const overrides = [{ matchers: { plugin: 'catalog', message: '/^task/' }, level: 'debug' }];
    const { config, logger } = create({
      backend: { logger: { level: 'warn', meta: { stage: 'test' }, overrides } },
    });

    const lines = await linesOf(async () => {
      const log = await logger();
      log.debug('task one');
      log.info('not logged');
      config.update({ data: { backend: { logger: { level: 'debug', overrides: [] } } } });
      log.debug('task two');
      log.warn('warning');
    });

    expect(lines.map(line => JSON.parse(line))).to.deep.equal([
      {
        level: 'debug',
        message: 'task one',
        service: 'backstage',
        stage: 'test',
        plugin: 'catalog',
      },
      { level: 'warn', message: 'warning', service: 'backstage', stage: 'test', plugin: 'catalog' },
    ]);
  });

  it('logs what is grave enough by default when it does not know the level', async () => {
    const { logger } = create({ backend: { logger: { level: 'loud' } } });

    const lines = await linesOf(async () => {
      const log = await logger();
      log.debug('not logged');
      log.info('logged');
    });

    expect(JSON.parse(lines.at(-1)!).message).to.equal('logged');
  });

  it('stays as it is, and masks new secrets, when overrides change for the worse', async () => {
    const { config, logger } = create({ backend: { logger: { level: 'warn' } } });

    const lines = await linesOf(async () => {
      const log = await logger();
      const overrides = [{ matchers: {}, level: 'loud' }];
      config.update({ data: { tokens: ['new-secret'], backend: { logger: { overrides } } } });
      log.info('not logged');
      log.warn('with new-secret');
    });

    const messages = lines.map(line => JSON.parse(line).message);
    expect(messages[0]).to.match(/^The changed configuration of the log is ignored.*'loud'/);
    expect(messages[1]).to.equal('with ***');
    expect(messages).to.have.length(2);
  });

  it('takes the format from backend.logger.format', async () => {
    const { logger } = create({ backend: { logger: { format: 'text' } } });

    const lines = await withEnvironment({ ...production, NO_COLOR: '1' }, () =>
      captureLines(async () => (await logger()).info('hello')),
    );

    expect(lines[1]).to.match(/^\S+ catalog info hello $/);
  });

  it('writes to the transports of backend.logger.transports, masked', async () => {
    const { logger } = create({
      tokens: ['the-secret'],
      backend: {
        logger: {
          transports: [
            { type: 'file', filename: join(dir, 'log/all.log') },
            { type: 'file', filename: join(dir, 'log/errors.log'), level: 'error' },
          ],
        },
      },
    });

    const lines = await linesOf(async () => {
      const log = await logger();
      log.info('info the-secret');
      log.error('error the-secret');
    });
    const read = (name: string) => readFileSync(join(dir, 'log', name), 'utf8');
    await eventually(() => expect(read('errors.log')).to.contain('error ***'));
    await eventually(() => expect(read('all.log')).to.contain('error ***'));

    expect(lines).to.deep.equal([]);
    expect(read('all.log')).to.contain('info ***');
    expect(read('errors.log')).to.not.contain('info ***');
  });

  it('takes format and transports of your own, masked', async () => {
    const written: string[] = [];
    const transport = new Transport({
      log(info, done) {
        written.push(info[Symbol.for('message')]);
        done();
      },
    });
    const format: any = {
      transform: (info: any) => ({ ...info, [Symbol.for('message')]: `mine: ${info.message}` }),
    };
    const { logger } = create({ tokens: ['the-secret'] }, { format, transports: [transport] });

    await linesOf(async () => (await logger()).info('with the-secret'));

    expect(written.at(-1)).to.equal('mine: with ***');
  });

  const wrong: Array<[settings: object, message: string]> = [
    [{ format: 'xml' }, "'backend.logger.format': expected one of 'json', 'text', got 'xml'"],
    [{ meta: 'x' }, "'backend.logger.meta': expected an object, got 'x'"],
    [
      { overrides: [{ matchers: {}, level: 'loud' }] },
      "Invalid config at backend.logger.overrides[0].level, 'loud' is not a valid logging level, must be one of 'error', 'warn', 'info' or 'debug'.",
    ],
    [{ overrides: [{ level: 'info' }] }, "'backend.logger.overrides[0].matchers'"],
    [
      { transports: [{ type: 'syslog' }] },
      "'backend.logger.transports[0].type': expected one of 'console', 'file', 'http', got 'syslog'",
    ],
    [{ transports: [{ type: 'file' }] }, "'backend.logger.transports[0].filename'"],
    [
      { transports: [{ type: 'console', level: 'loud' }] },
      "'backend.logger.transports[0].level': expected one of 'error'",
    ],
  ];
  for (const [settings, message] of wrong) {
    it(`refuses ${JSON.stringify(settings)}`, async () => {
      const { logger } = create({ backend: { logger: settings } });

      await linesOf(async () => {
        await expect(logger()).to.be.rejectedWith(message);
      });
    });
  }
});
