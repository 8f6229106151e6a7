import { Writable } from 'node:stream';
import { expect } from 'chai';
import { format, transports, type Logger } from 'winston';
import Transport from 'winston-transport';
import { WinstonLogger, type WinstonLoggerOptions } from '../../../lib/services';
import { captureLines, withEnvironment } from './capture-stdout';

const ESC = '\x1b';

describe('WinstonLogger', () => {
  const development = { NODE_ENV: 'development', LOG_LEVEL: undefined, NO_COLOR: undefined };
  const production = { NODE_ENV: 'production', LOG_LEVEL: undefined, NO_COLOR: undefined };

  const linesOf = (
    use: (logger: WinstonLogger) => void,
    options: WinstonLoggerOptions = {},
    environment: Record<string, string | undefined> = production,
  ) => withEnvironment(environment, () => captureLines(() => use(WinstonLogger.create(options))));

  it('writes time, plugin, level, message and fields in colour', async () => {
    const [line] = await linesOf(
      logger => logger.child({ plugin: 'catalog' }).warn('slow', { ms: 5, tags: ['a'] }),
      { meta: { service: 'backstage' } },
      development,
    );

    expect(line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME')).to.equal(
      `${ESC}[2mTIME${ESC}[22m ${ESC}[34mcatalog${ESC}[39m ${ESC}[33mwarn${ESC}[39m slow ${ESC}[36mms${ESC}[39m=5 ${ESC}[36mtags${ESC}[39m=["a"]`,
    );
  });

  it('names the service where there is no plugin, and leaves colours out when NO_COLOR is set', async () => {
    const [line] = await linesOf(
      logger => logger.info('started'),
      { meta: { service: 'backstage' } },
      { ...development, NO_COLOR: '1' },
    );

    expect(line).to.match(/^\d{4}-\S+Z backstage info started $/);
  });

  it('writes JSON with sorted keys in production', async () => {
    const lines = await linesOf(
      logger => logger.child({ plugin: 'catalog' }).info('hello', { b: 1, a: { y: 1, x: 2 } }),
      { meta: { service: 'backstage' } },
    );

    expect(lines).to.deep.equal([
      '{"a":{"x":2,"y":1},"b":1,"level":"info","message":"hello","plugin":"catalog","service":"backstage"}',
    ]);
  });

  it('takes over the message, stack and fields of an error', async () => {
    const error = Object.assign(new Error('why'), { stack: 'Error: why\n at x', code: 'E1' });

    const [line] = await linesOf(logger => logger.error('boom', error));

    expect(JSON.parse(line)).to.deep.equal({
      level: 'error',
      message: 'boom why',
      stack: 'Error: why\n at x',
      code: 'E1',
    });
  });

  it('writes errors within fields, causes, big numbers and circles', async () => {
    const circle: any = { name: 'c' };
    circle.self = circle;
    const cause = new Error('inner');
    const looped: any = new Error('loop');
    looped.cause = looped;

    const use = (logger: WinstonLogger) =>
      logger.info('odd', { error: new Error('outer', { cause }), circle, big: 5n, looped } as any);
    const [json] = await linesOf(use);
    const [text] = await linesOf(use, {}, { ...development, NO_COLOR: '1' });

    const fields = JSON.parse(json);
    expect(fields.error).to.include({ name: 'Error', message: 'outer' });
    expect(fields.error.cause.message).to.equal('inner');
    expect(fields.circle.self).to.equal('[Circular]');
    expect(fields.looped.cause).to.equal('[Circular]');
    expect(fields.big).to.equal('5');
    expect(text).to.contain('inner').and.to.contain('big="5"').and.to.contain('[Circular');
  });

  it('keeps the fields of a line whose message has a percent sign', async () => {
    const [line] = await linesOf(logger => logger.info('GET /a%dog', { status: 200 }));

    expect(JSON.parse(line)).to.deep.equal({ level: 'info', message: 'GET /a%dog', status: 200 });
  });

  it('writes info and graver by default', async () => {
    const lines = await linesOf(logger => {
      logger.debug('debug');
      logger.info('info');
      logger.warn('warn');
      logger.error('error');
    });

    expect(lines.map(line => JSON.parse(line).message)).to.deep.equal(['info', 'warn', 'error']);
  });

  it('takes the level from LOG_LEVEL before the option', async () => {
    const use = (logger: WinstonLogger) => {
      logger.debug('debug');
      logger.info('info');
    };

    expect(await linesOf(use, { level: 'warn' })).to.deep.equal([]);
    expect(
      await linesOf(use, { level: 'warn' }, { ...production, LOG_LEVEL: 'debug' }),
    ).to.have.length(2);
  });

  describe('level overrides', () => {
    const messages = async (overrides: any[], use: (logger: WinstonLogger) => void) =>
      (
        await linesOf(logger => {
          logger.setLevelOverrides(overrides);
          use(logger);
        })
      ).map(line => JSON.parse(line).message);

    it('raise and lower the level of lines with a field', async () => {
      const written = await messages(
        [
          { matchers: { plugin: 'catalog' }, level: 'debug' },
          { matchers: { plugin: 'search' }, level: 'error' },
        ],
        logger => {
          logger.child({ plugin: 'catalog' }).debug('catalog debug');
          logger.child({ plugin: 'search' }).warn('search warn');
          logger.child({ plugin: 'search' }).error('search error');
          logger.child({ plugin: 'other' }).debug('other debug');
          logger.info('info');
        },
      );

      expect(written).to.deep.equal(['catalog debug', 'search error', 'info']);
    });

    it('match patterns, lists, numbers and messages; the first that fits decides', async () => {
      const written = await messages(
        [
          { matchers: { message: '/^health/i' }, level: 'warn' },
          { matchers: { status: [404, '/^5/'] }, level: 'debug' },
          { matchers: { message: '/./' }, level: 'error' },
        ],
        logger => {
          logger.info('Health checked');
          logger.debug('not found', { status: 404 });
          logger.debug('broken', { status: '503' });
          logger.info('everything else');
        },
      );

      expect(written).to.deep.equal(['not found', 'broken']);
    });

    it('match the same line again and again', async () => {
      const written = await messages(
        [{ matchers: { message: '/a/g' }, level: 'debug' }],
        logger => {
          logger.debug('a1');
          logger.debug('a2');
        },
      );

      expect(written).to.deep.equal(['a1', 'a2']);
    });

    it('replace those set before', async () => {
      const written = await messages([{ matchers: { a: 1 }, level: 'debug' }], logger => {
        logger.setLevelOverrides([]);
        logger.debug('debug', { a: 1 });
      });

      expect(written).to.deep.equal([]);
    });

    it('are known to isLevelEnabled', async () => {
      await withEnvironment(production, () => {
        const logger = WinstonLogger.create({});
        logger.setLevelOverrides([{ matchers: { plugin: 'a', task: 't' }, level: 'debug' }]);

        expect(logger.isLevelEnabled('info')).to.be.true;
        expect(logger.child({ plugin: 'b' }).isLevelEnabled('debug')).to.be.false;
        expect(logger.child({ plugin: 'a' }).isLevelEnabled('debug')).to.be.true;
        expect(logger.child({ plugin: 'a' }).isLevelEnabled('debug', { task: 'u' })).to.be.false;
      });
    });
  });

  describe('redaction', () => {
    const secret = 's3cr3t"\\\n-word';

    it('masks secrets in message, fields, keys and nested values', async () => {
      for (const environment of [production, development]) {
        const lines = await linesOf(
          logger => {
            logger.addRedactions([secret]);
            logger.info(`token is ${secret}`, { a: { b: [secret] }, [secret]: 1 });
            logger.error('failed', new Error(`with ${secret}`));
          },
          {},
          environment,
        );

        expect(lines.join('\n')).to.not.match(/s3cr3t|-word/);
        expect(lines.join('\n')).to.contain('***');
      }
    });

    it('holds for all children, whichever of them adds the secret', async () => {
      const lines = await linesOf(logger => {
        const child = logger.child({ plugin: 'a' });
        const grandchild = child.child({ task: 'b' });
        grandchild.addRedactions(['one']);
        logger.addRedactions(['two']);
        for (const each of [logger, child, grandchild]) each.info('one two');
      });

      expect(lines.map(line => JSON.parse(line).message)).to.deep.equal(Array(3).fill('*** ***'));
    });

    it('masks the longest of secrets that contain each other', async () => {
      const [line] = await linesOf(logger => {
        logger.addRedactions(['abc', 'abcdef']);
        logger.info('abcdef abc');
      });

      expect(JSON.parse(line).message).to.equal('*** ***');
    });

    it('trims secrets, and leaves single characters and nothing alone', async () => {
      const [line] = await linesOf(logger => {
        logger.addRedactions([' token\n', 'x', '', null, undefined] as any);
        logger.info('token x y');
      });

      expect(JSON.parse(line).message).to.equal('*** x y');
    });

    it('shows words that are allowed, also those that are added later', async () => {
      const [line] = await linesOf(logger => {
        logger.setAllowedRedactions(['postgres']);
        logger.addRedactions(['postgres', 'secret']);
        logger.info('postgres secret');
      });

      expect(JSON.parse(line).message).to.equal('postgres ***');
    });

    it('holds in formats and transports of your own, and in what they read of the fields', async () => {
      const seen: any[] = [];
      const transport = new Transport({
        format: format.json(),
        log(info, done) {
          seen.push(info);
          done();
        },
      });

      const logger = WinstonLogger.create({
        format: format.combine(
          format(info => ({ ...info, added: 'the secret' }))(),
          format.simple(),
        ),
        transports: [transport],
      });
      logger.addRedactions(['secret']);
      logger.info('a secret', {
        deep: { a: 'my secret', url: new URL('http://u:secret@h/') as any },
        error: new Error('secret') as any,
      });

      expect(JSON.stringify(seen)).to.not.contain('secret');
      expect(seen[0].message).to.equal('a ***');
      expect(seen[0].error.message).to.equal('***');
      expect(seen[0][Symbol.for('message')]).to.not.contain('secret');
    });

    it('holds in the winston logger behind', async () => {
      const lines = await linesOf(logger => {
        logger.addRedactions(['secret']);
        const winston: Logger = logger.child({ plugin: 'a' }).toWinston();
        winston.info('a secret', { b: 'secret' });
        winston.debug('not written');
      });

      expect(lines.map(line => JSON.parse(line))).to.deep.equal([
        { level: 'info', message: 'a ***', plugin: 'a', b: '***' },
      ]);
    });
  });

  it('offers its parts to loggers of your own', () => {
    const { format: redact, add } = WinstonLogger.redacter();
    const { format: filter, setOverrides } = WinstonLogger.logLevelFilter('info');
    const info = () =>
      ({ level: 'debug', message: 'x', [Symbol.for('message')]: 'my secret' }) as any;
    add(['secret']);

    expect((redact.transform(info()) as any)[Symbol.for('message')]).to.equal('my ***');
    expect(filter.transform(info())).to.equal(false);
    setOverrides([{ matchers: { message: 'x' }, level: 'debug' }]);
    expect(filter.transform(info())).to.be.an('object');
    expect(
      (WinstonLogger.colorFormat().transform(info()) as any)[Symbol.for('message')],
    ).to.contain('x');
  });

  it('writes to the transports of winston', async () => {
    const written: string[] = [];
    const stream = new Writable({
      write: (chunk, _, done) => {
        written.push(String(chunk));
        done();
      },
    });
    await withEnvironment(production, () =>
      WinstonLogger.create({ transports: [new transports.Stream({ stream })] }).info('hello'),
    );

    expect(written).to.deep.equal(['{"level":"info","message":"hello"}\n']);
  });
});
