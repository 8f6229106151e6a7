import { loggerToWinstonLogger } from 'backstage-forklift/adapters';
import { WinstonLogger } from 'backstage-forklift/services';
import { expect } from 'chai';
import Transport from 'winston-transport';

describe('loggerToWinstonLogger', () => {
  function recordingLogger() {
    const lines: Array<[string, string, any]> = [];
    const write = (level: string) => (message: string, meta?: any) =>
      void lines.push([level, message, meta]);
    const logger = {
      error: write('error'),
      warn: write('warn'),
      info: write('info'),
      debug: write('debug'),
      child: () => logger,
    };
    return { logger, lines };
  }

  it('writes every npm level, with the fields of child loggers', () => {
    const { logger, lines } = recordingLogger();
    const winston = loggerToWinstonLogger(logger).child({ task: 'sync' });
    winston.error('a');
    winston.warn('b', { count: 1 });
    winston.info('c');
    winston.http('d');
    winston.verbose('e');
    winston.debug('f');
    winston.silly('g');
    expect(lines.map(([level, message]) => `${level} ${message}`)).to.deep.equal([
      ...['error a', 'warn b', 'info c', 'debug d', 'debug e', 'debug f', 'debug g'],
    ]);
    expect(lines[1][2]).to.deep.equal({ task: 'sync', count: 1 });
  });

  it('keeps the stack of an error', () => {
    const { logger, lines } = recordingLogger();
    const winston = loggerToWinstonLogger(logger);
    winston.error('failed', new Error('no network'));
    winston.error(new Error('alone'));
    expect(lines[0][1]).to.equal('failed no network');
    expect(lines[0][2].stack).to.match(/^Error: no network/);
    expect(lines[1][1]).to.equal('alone');
    expect(lines[1][2].stack).to.match(/^Error: alone/);
  });

  it('uses the winston logger behind a logger of ours, with its levels', () => {
    const lines: string[] = [];
    const transport = new Transport({
      log(info, next) {
        lines.push(`${info.level} ${info.message}`);
        next();
      },
    });
    const logger = WinstonLogger.create({ level: 'verbose', transports: [transport] });
    const winston = loggerToWinstonLogger(logger.child({ plugin: 'todo' }));
    winston.verbose('shown');
    winston.debug('hidden');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('shown');
  });

  describe('gives what else plugins use of a winston logger', () => {
    const kinds = {
      'over any logger service': recordingLogger,
      'over a logger of ours': () => {
        const lines: Array<[string, string, any]> = [];
        const transport = new Transport({
          log(info, next) {
            lines.push([info.level, info.message, info]);
            next();
          },
        });
        return { logger: WinstonLogger.create({ transports: [transport] }), lines };
      },
    };
    for (const [kind, create] of Object.entries(kinds)) {
      it(kind, () => {
        const { logger, lines } = create();
        const winston = loggerToWinstonLogger(logger);
        winston.write({ level: 'info', message: 'as a stream' });
        winston.log('warn', 'by level');
        winston.log({ level: 'info', message: 'as an entry' });
        winston.child({ a: 1 }).child({ b: 2 }).info('deep', { c: 3 });
        expect(lines.map(([, message]) => message)).to.deep.equal([
          ...['as a stream', 'by level', 'as an entry', 'deep'],
        ]);
        expect(lines[3][2]).to.include({ a: 1, b: 2, c: 3 });
        expect(winston.format.transform).to.be.a('function');
        expect(winston.stream).to.be.a('function');
        expect(winston.levels).to.include({ error: 0, silly: 6 });
        expect([winston.isLevelEnabled('info'), winston.isInfoEnabled()]).to.deep.equal([
          true,
          true,
        ]);

        const own: unknown[] = [];
        const transport = new Transport({
          log: ({ message }, next) => (own.push(message), next()),
        });
        winston.add(transport);
        winston.info('for both');
        winston.remove(transport);
        winston.info('for one');
        expect(own).to.deep.equal(['for both']);
        const profile = winston.startTimer();
        profile.done({ message: 'timed' });
        expect(lines.at(-1)![2]).to.have.property('durationMs');
      });
    }
  });
});
