import { expect } from 'chai';
import { planStep, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository, removeRepositories } from './temporary-repository';

const SRC = 'plugins/notes-backend/src';

/** Plans the step for the files of one plugin. */
function plan(files: Record<string, string>, release = '1.31.0'): Promise<MigrationPlan> {
  const named = Object.entries(files).map(([name, text]) => [`${SRC}/${name}`, text]);
  const manifest = { name: 'notes-backend', dependencies: { winston: '^3.2.1' } };
  const root = makeRepository({
    'backstage.json': JSON.stringify({ version: release }),
    'plugins/notes-backend/package.json': JSON.stringify(manifest),
    ...Object.fromEntries(named),
  });
  return planStep(root, 'winston-to-logger-service');
}

function changed({ edits }: MigrationPlan): string[] {
  return edits.map(each => each.file.replace(`${SRC}/`, '')).filter(each => !each.includes('/'));
}

function manual({ report }: MigrationPlan): string[] {
  return report.filter(each => each.outcome === 'manual').map(each => each.reason);
}

const USES: Record<string, RegExp> = {
  "logger.log({ level: 'info', message: 'a' })": /line 3: Property 'log' does not exist/,
  "logger.verbose('a')": /line 3: Property 'verbose' does not exist/,
  'logger.stream({ start: -1 })': /line 3: Property 'stream' does not exist/,
  "logger.isDebugEnabled() && logger.debug('a')": /Property 'isDebugEnabled' does not exist/,
  "logger.info('a', 1, 2)": /line 3: Expected 1-2 arguments, but got 3/,
  'logger.info([1].length)': /line 3: Argument of type 'number' is not assignable/,
  'logger.error(new Error())': /line 3: Argument of type 'Error' is not assignable/,
  'Other.on(each => logger.error(each))': /line 3: logs each, whose type is not known/,
  "logger.warn('a', Other.state)": /line 3: logs Other\.state, whose type is not known/,
  "void import('other').then(each => each.use(logger))": /line 3: hands it to each\.use/,
  'new Other({ deep: { logger } })': /line 3: hands it to Other/,
  'const wanted: winston = logger': /line 3: hands it to something whose type is not known/,
  'void (logger instanceof Logger)': /^uses Logger as more than a type$/,
};

describe('loggers of winston', () => {
  afterEach(removeRepositories);

  it('stay where something is done with them that a service can not do', async () => {
    const uses = Object.entries(USES);
    const planned = await plan(
      Object.fromEntries(
        uses.map(([use], index) => [
          `notes${index}.ts`,
          [
            "import winston, { Logger } from 'winston';",
            "import { Other } from 'other';",
            `export function f(logger: Logger) { ${use}; }`,
            'export { Other, winston };',
            '',
          ].join('\n'),
        ]),
      ),
    );
    expect(changed(planned)).to.deep.equal([]);
    for (const [index, [use, reason]] of uses.entries()) {
      const found = planned.report.find(each => each.file === `${SRC}/notes${index}.ts`);
      expect(found?.outcome, use).to.equal('manual');
      expect(found?.reason, use).to.match(reason);
    }
  });

  const OPTIONS =
    "import { Logger } from 'winston';\nexport interface Options { logger: Logger }\n";

  it('become services together with the files that hand them on', async () => {
    const planned = await plan({
      'options.ts': OPTIONS,
      'notes.ts':
        "import { Logger } from 'winston';\nimport { Options } from './options';\n" +
        'function use(logger: Logger) { logger.info("a"); }\n' +
        'export const f = ({ logger }: Options) => use(logger);\n',
      'index.ts': "export * from './notes';\n",
    });
    expect(changed(planned)).to.deep.equal(['notes.ts', 'options.ts']);
    expect(manual(planned)).to.deep.equal([]);
    const manifest = planned.edits.find(each => each.file.endsWith('package.json'))?.after;
    expect(JSON.parse(manifest ?? '').dependencies).to.deep.equal({
      '@backstage/backend-plugin-api': '^1.0.0',
    });
  });

  it('become services by import type where winston was imported so', async () => {
    const text = (from: string, name: string): string =>
      `import type { ${name} } from '${from}';\nexport const use = (logger: ${name}) => logger.info('a');\n`;
    const planned = await plan({ 'use.ts': text('winston', 'Logger') });
    expect(planned.edits.find(each => each.file.endsWith('use.ts'))?.after).to.equal(
      text('@backstage/backend-plugin-api', 'LoggerService'),
    );
  });

  it('stay when a file that names no type of winston needs one', async () => {
    const planned = await plan({
      'options.ts': OPTIONS,
      'notes.ts':
        "import { Options } from './options';\n" +
        'export const f = (options: Options) => options.logger.silly("a");\n',
    });
    expect(changed(planned)).to.deep.equal([]);
    expect(manual(planned).join()).to.match(/notes\.ts:2: Property 'silly' does not exist/);
  });

  it('stay in one file without keeping others from changing', async () => {
    const planned = await plan({
      'old.ts':
        "import { Logger } from 'winston';\nexport const f = (l: Logger) => l.silly('a');\n",
      'new.ts': "import { Logger } from 'winston';\nexport const f = (l: Logger) => l.info('a');\n",
    });
    expect(changed(planned)).to.deep.equal(['new.ts']);
    expect(manual(planned)).to.have.length(1);
  });

  it('stay where a service would meet a function that wants one of winston', async () => {
    const planned = await plan({
      'old.ts':
        "import { Logger } from 'winston';\nexport const f = (l: Logger) => l.silly('a');\n",
      'new.ts':
        "import { Logger } from 'winston';\nimport { f } from './old';\n" +
        'export const g = (l: Logger) => f(l);\n',
      'start.ts':
        "import { g } from './new';\nimport { createLogger } from 'winston';\ng(createLogger());\n",
    });
    expect(changed(planned)).to.deep.equal([]);
  });

  it('are not hidden from code by fields that it can not reach', async () => {
    const planned = await plan({
      'notes.ts':
        "import { Logger } from 'winston';\nimport { register } from 'other';\n" +
        "class Notes { constructor(private readonly logger: Logger) {} f() { this.logger.info('a'); } }\n" +
        'export const make = (logger: Logger) => register(new Notes(logger));\n',
    });
    expect(changed(planned)).to.deep.equal(['notes.ts']);
  });

  it('for tests stay in releases before the mocks', async () => {
    const text =
      "import { getVoidLogger } from '@backstage/backend-common';\ngetVoidLogger().info('a');\n";
    const planned = await plan({ 'notes.test.ts': text }, '1.20.0');
    expect(changed(planned)).to.deep.equal([]);
    expect(manual(planned).join()).to.match(/comes with Backstage 1\.31\.0, and .* at 1\.20\.0/);
  });
});
