import { expect } from 'chai';
import { applyPlan, GuideError, planConvert, type MigrationPlan } from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const MANIFEST = 'packages/backend/package.json';

function liftedIndex(line: string): string {
  return `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

${line.trim()}

backend.start();
`;
}

/** What stands between the creation and the start of the backend. */
function bodyOf(index: string): string {
  return /createBackend\(\);\n\n([\s\S]*)\nbackend\.start\(\);\n$/.exec(index)?.[1] ?? index;
}

function manifest(dependencies: object): string {
  return `${JSON.stringify({ name: 'backend', backstage: { role: 'backend' }, dependencies }, undefined, 2)}\n`;
}

function editOf(plan: MigrationPlan, file: string): string | null | undefined {
  return plan.edits.find(each => each.file === file)?.after;
}

const NOTES = 'packages/backend/src/plugins/notes.ts';

/** Converts a plugin file 'notes'. */
function convertNotes(
  text: string,
  {
    options = '',
    files = {},
    index = `backend.add(legacyPlugin('notes', import('./plugins/notes')${options}));`,
  }: { options?: string; files?: Record<string, string>; index?: string } = {},
): Promise<MigrationPlan> {
  const root = makeRepository({ [INDEX]: liftedIndex(index), [NOTES]: text, ...files });
  const id = /legacyPlugin\('([\w-]+)', import\('\.\/plugins\/notes'\)/.exec(index)?.[1];
  return planConvert(root, id ?? 'notes');
}

const USES_DATABASE = `import { Router } from 'express';
import { PluginEnvironment } from '../types';

export default async function createPlugin({ database }: PluginEnvironment) {
  await database.getClient();
  return Router();
}
`;

describe('forklift convert', () => {
  afterEach(removeRepositories);

  describe('replaces a stock plugin as its guide shows', () => {
    for (const { title, blocks } of readmeCases('replace-stock')) {
      it(title, async () => {
        const [name] = Object.keys(blocks).filter(each => each.startsWith('plugin '));
        const id = name.slice('plugin '.length);
        const file = `packages/backend/src/plugins/${id}.ts`;
        const dependencies = {
          'backstage-forklift': '^0.1.0',
          ...JSON.parse(blocks.dependencies),
        };
        const root = makeRepository({
          [INDEX]: liftedIndex(blocks.before),
          [MANIFEST]: manifest(dependencies),
          [file]: blocks[name],
          ...(blocks.config === undefined ? {} : { 'app-config.yaml': blocks.config }),
        });
        const plan = await planConvert(root, id);
        expect(plan.step).to.equal('replace-stock');
        expect(bodyOf(editOf(plan, INDEX) ?? '')).to.equal(blocks.after);
        expect(editOf(plan, file)).to.equal(blocks.module ?? null);
        expect(editOf(plan, 'app-config.yaml')).to.equal(blocks['config-after']);
        const expected = blocks['dependencies-after'];
        if (expected !== undefined) {
          const after = JSON.parse(editOf(plan, MANIFEST) ?? '{}');
          expect(after.dependencies).to.deep.equal(JSON.parse(expected));
        }
      });
    }
  });

  describe('converts a plugin file as its guide shows', () => {
    for (const { title, blocks } of readmeCases('convert-plugin-file')) {
      it(title, async () => {
        const plan = await convertNotes(blocks.before ?? '', { index: blocks.index });
        expect(plan.step).to.equal('convert-plugin-file');
        expect(editOf(plan, NOTES)).to.equal(blocks.after);
        if (blocks['index-after']) {
          expect(editOf(plan, INDEX)).to.contain(`\n\n${blocks['index-after']}`);
          return;
        }
        expect(editOf(plan, INDEX)).to.contain("backend.add(import('./plugins/notes'));");
        expect(editOf(plan, INDEX)).not.to.contain('legacyPlugin');
      });
    }
  });

  it('brings the files beside a converted plugin up to date', async () => {
    const helper = 'packages/backend/src/plugins/notes-helper.ts';
    const other = "import { Logger } from 'winston';\nexport type Other = Logger;\n";
    const plan = await convertNotes(
      USES_DATABASE.replace('import {', "import { read } from './notes-helper';\nimport {").replace(
        'database.getClient()',
        'read(database)',
      ),
      {
        files: {
          [helper]:
            "import { PluginDatabaseManager } from '@backstage/backend-common';\n" +
            'export const read = (database: PluginDatabaseManager) => database.getClient();\n',
          'packages/backend/src/plugins/other.ts': other,
        },
      },
    );
    expect(editOf(plan, helper)).to.equal(
      "import { DatabaseService } from '@backstage/backend-plugin-api';\n" +
        'export const read = (database: DatabaseService) => database.getClient();\n',
    );
    expect(editOf(plan, NOTES)).to.contain('createBackendPlugin({');
    expect(editOf(plan, 'packages/backend/src/plugins/other.ts')).to.equal(undefined);
    expect(plan.edits.map(each => each.file)).to.have.length(
      new Set(plan.edits.map(each => each.file)).size,
    );
    const { dependencies } = JSON.parse(editOf(plan, MANIFEST) ?? '');
    expect(dependencies).to.have.property('@backstage/backend-plugin-api');
    expect(dependencies).to.not.have.property('@backstage/backend-common');
  });

  it('has nothing to do the second time', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('notes', import('./plugins/notes')));"),
      [NOTES]: USES_DATABASE,
    });
    await applyPlan(await planConvert(root, 'notes'));
    const before = readFiles(root);
    const again = await planConvert(root, 'notes');
    expect(again.edits).to.deep.equal([]);
    expect(again.report.map(each => each.outcome)).to.deep.equal(['skipped']);
    expect(readFiles(root)).to.deep.equal(before);
  });

  it('names the old database in every configuration that keeps one', async () => {
    const config = [
      '# where we live',
      'backend:',
      '  database:',
      '    client: pg',
      '    connection: ${DATABASE} # secret',
      '  cors: {}',
      '',
    ].join('\n');
    const plan = await convertNotes(USES_DATABASE, {
      options: ", { envId: 'old_notes' }",
      files: {
        'app-config.yaml':
          "backend:\n  database:\n    client: better-sqlite3\n    connection: ':memory:'\n",
        'app-config.production.yaml': config,
      },
    });
    expect(editOf(plan, 'app-config.yaml')).to.equal(undefined);
    expect(editOf(plan, 'app-config.production.yaml')).to.equal(
      config.replace(
        '  cors',
        [
          '    plugin:',
          '      notes:',
          '        connection:',
          '          database: backstage_plugin_old_notes',
          '  cors',
        ].join('\n'),
      ),
    );
  });

  it('keeps a file that something else imports', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('proxy', import('./plugins/proxy')));"),
      [MANIFEST]: manifest({
        '@backstage/plugin-proxy-backend': '^0.6.0',
        'backstage-forklift': '1',
      }),
      'packages/backend/src/plugins/proxy.ts':
        "import { createRouter } from '@backstage/plugin-proxy-backend';\n" +
        'export default async (env: any) => createRouter({ config: env.config });\n',
      'packages/backend/src/other.ts': "import proxy from './plugins/proxy';\nproxy;\n",
    });
    const plan = await planConvert(root, 'proxy');
    expect(plan.edits.map(each => each.file)).to.deep.equal([INDEX]);
    expect(plan.report[1].reason).to.equal('kept: packages/backend/src/other.ts imports it');
  });

  it('follows the environment into functions of the same file', async () => {
    const plan = await convertNotes(`import { Router } from 'express';
import { PluginEnvironment } from '../types';

async function prepare({ database }: PluginEnvironment) {
  await database.getClient();
}

const greet = (env: PluginEnvironment, name: string) => env.logger.info('Hello, ' + name);

export default async function createPlugin(env: PluginEnvironment) {
  await prepare(env);
  greet(env, 'notes');
  return Router();
}
`);
    const after = editOf(plan, NOTES) ?? '';
    expect(after).to.contain('prepare({ database }: Services)');
    expect(after).to.contain('(env: Services, name: string)');
    expect(after).to.contain('interface Services {\n  database: DatabaseService;\n  logger');
    expect(after).not.to.contain('PluginEnvironment');
  });

  it('makes a whole environment for code that is handed one', async () => {
    const types = 'packages/backend/src/types.ts';
    const environment =
      'export type PluginEnvironment = { logger: any; config: any; cache: any; reader: any };\n';
    const file = `import { NotesBuilder } from '@acme/notes';
import { PluginEnvironment } from '../types';

export default async function createPlugin(env: PluginEnvironment) {
  return NotesBuilder.create({ ...env }).build(env.logger);
}
`;
    const after = editOf(await convertNotes(file, { files: { [types]: environment } }), NOTES);
    expect(after).to.contain(`async function createRouter(env: PluginEnvironment) {
  return NotesBuilder.create({ ...env }).build(env.logger);
}
`);
    expect(after).to.contain(`          await createRouter({
            cache: cacheToPluginCacheManager(cache),
            config,
            logger: loggerToWinstonLogger(logger),
            reader: urlReaderToLegacy(reader),
          }),`);
    expect(after).not.to.match(/interface|LegacyUrlReader|winston'/);
    const config =
      'backend:\n  database:\n    client: better-sqlite3\n    connection: { directory: ./db }\n';
    const moved = await convertNotes(file, {
      options: ", { envId: 'memos' }",
      files: {
        [types]: environment.replace('cache', 'database'),
        'app-config.yaml': config,
      },
    });
    expect(editOf(moved, 'app-config.yaml'), 'the database that it had').to.contain('memos.sqlite');
    const own = environment.replace('cache', 'signals');
    const left = await convertNotes(file, { files: { [types]: own } });
    expect(left.edits).to.deep.equal([]);
    expect(left.report[0].reason).to.equal(
      'hands env.signals on with the whole environment, which has no counterpart',
    );
  });

  it('keeps a winston logger where its other methods are called', async () => {
    const plan = await convertNotes(
      'export default async ({ logger }: any) => logger.verbose("x");\n',
    );
    const after = editOf(plan, NOTES);
    expect(after).to.contain(
      "import { Logger } from 'winston';\n\ninterface Services {\n  logger: Logger;",
    );
    expect(after).to.contain('logger: loggerToWinstonLogger(logger),');
  });

  it('keeps a reader that reads as in the old system', async () => {
    const text = (use: string): string =>
      `import { Router } from 'express';\nimport { load } from './load';\n\nexport default async function createPlugin({ reader }: any) {\n  await ${use};\n  return Router();\n}\n`;
    const old = {
      [MANIFEST]: manifest({ '@backstage/backend-common': '^0.15.0', winston: '^3.0.0' }),
    };
    const kept = editOf(await convertNotes(text("reader.read('x')")), NOTES);
    expect(kept).to.contain('reader: urlReaderToLegacy(reader),');
    expect(kept).to.contain('reader: LegacyUrlReader;');
    const handed = await convertNotes(text('load(reader)'), { files: old });
    expect(editOf(handed, NOTES)).to.contain('reader: urlReaderToLegacy(reader),');
    for (const use of ["reader.search('x')", 'load(reader)']) {
      expect(editOf(await convertNotes(text(use)), NOTES), use).to.contain('UrlReaderService');
    }
  });

  describe('makes a winston logger of a logger that', () => {
    const uses: Record<string, string> = {
      'is logged objects': 'logger.info({ event: 1 });',
      'has children that go elsewhere': 'const own = logger.child({ part: 1 });\n  use(own);',
      'is kept in a variable': 'const log = logger;\n  log.info("x");',
      'is taken apart': 'const { info } = logger;\n  info("x");',
      'is handed on as a method': 'Promise.reject().catch(logger.error);',
    };
    for (const [title, statement] of Object.entries(uses)) {
      it(title, async () => {
        const plan = await convertNotes(`import { Router } from 'express';

export default async function createPlugin({ logger }: any) {
  ${statement}
  return Router();
}
`);
        const after = editOf(plan, NOTES);
        expect(after).to.contain(statement);
        expect(after).to.contain('logger: loggerToWinstonLogger(logger),');
      });
    }
  });

  it('leaves the types of code beside a plugin alone', async () => {
    const action = `export function createAction(options: { logger: Logger }) {
  return other({ logger: options.logger });
}
`;
    const plan = await convertNotes(`import { Router } from 'express';
import { Logger } from 'winston';
import { other } from '@acme/actions';

${action}
export default async function createPlugin({ logger }: { logger: Logger }) {
  logger.info('ready');
  return Router();
}
`);
    expect(editOf(plan, NOTES)).to.contain(action);
    expect(editOf(plan, NOTES)).to.contain('createRouter({ logger }: Services)');
  });

  it('hands over what a function in index.ts handed over', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex(`backend.add(
  legacyPlugin(
    'notes',
    import('./plugins/notes').then(({ default: notes }) => ({
      default: env => notes(env.config, env),
    })),
  ),
);`),
      [NOTES]: `import { Config } from '@backstage/config';
import { Router } from 'express';
import { PluginEnvironment } from '../types';

export default async function createPlugin(config: Config, env: PluginEnvironment) {
  env.logger.info('Serves ' + config.getString('notes.title'));
  return Router();
}
`,
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, NOTES)).to.contain('await createRouter(config, { config, logger })');
    expect(editOf(plan, NOTES)).to.contain('createRouter(config: Config, env: Services)');
  });

  describe('makes a module of a second router below the path of a plugin', () => {
    const second = "backend.add(legacyPlugin('lists', import('./plugins/notes')));";
    const first = "backend.add(import('@internal/plugin-lists-backend'));";
    const SERVES = `import { Router } from 'express';

export default async function createPlugin(env: any) {
  return Router().get('/a', () => env.logger.info('a'));
}
`;

    it('at once where it comes first', async () => {
      const plan = await convertNotes(SERVES, { index: `${second}\n${first}` });
      const text = editOf(plan, NOTES);
      expect(text).to.contain("pluginId: 'lists',\n  moduleId: 'notes',");
      expect(text).to.contain('httpRouter.use(await createRouter(services));');
      expect(text).not.to.contain('lifecycle');
    });

    it('only where another feature is the plugin', async () => {
      const module = "backend.add(import('@internal/plugin-lists-backend-module-x'));";
      const plan = await convertNotes(SERVES, { index: `${module}\n${second}` });
      expect(editOf(plan, NOTES)).to.contain("createBackendPlugin({\n  pluginId: 'lists',");
    });

    it('unless it has data of its own', async () => {
      const index = `${first}\n${second.replace("notes')", "notes'), { envId: 'notes' }")}`;
      const plan = await convertNotes(USES_DATABASE, { index });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report).to.have.nested.property('[0].guide', 'convert-plugin-file#modules');
    });
  });

  describe('leaves a file alone', () => {
    const plain = (name: string, before = ''): string => `import { Router } from 'express';
${before}
export default async function ${name}(env: any) {
  env.logger.info('asked');
  return Router();
}
`;
    const left: Record<string, [text: string, reason: RegExp, files?: Record<string, string>]> = {
      'with a name of its own for what has to be imported': [
        plain('createPlugin', 'interface LoggerService { own: true }'),
        /^has a LoggerService of its own$/,
      ],
      'with a variable of such a name': [
        plain('createPlugin', 'const coreServices = {};'),
        /^has a coreServices of its own$/,
      ],
      'with overloads': [
        plain(
          'createPlugin',
          'export default async function createPlugin(env: any): Promise<any>;',
        ),
        /several signatures$/,
      ],
      'with a type beside its function': [
        "import { Create, Router } from './create';\nconst create: Create = async env => Router(env.logger);\nexport default create;\n",
        /type is written beside it$/,
      ],
      'whose function another file imports': [
        plain('createPlugin'),
        /^has a function that packages\/backend\/src\/plugins\/more\.ts imports$/,
        { 'packages/backend/src/plugins/more.ts': "import notes from './notes';\nnotes({});\n" },
      ],
      'whose function another file passes on': [
        plain('createPlugin'),
        /^has a function that packages\/backend\/src\/all\.ts imports$/,
        { 'packages/backend/src/all.ts': "export { default as notes } from './plugins/notes';\n" },
      ],
    };
    for (const [title, [text, reason, files]] of Object.entries(left)) {
      it(title, async () => {
        const plan = await convertNotes(text, { files });
        expect(plan.edits).to.deep.equal([]);
        expect(plan.report[0].outcome).to.equal('manual');
        expect(plan.report[0].reason).to.match(reason);
      });
    }

    it('unless other files import something else of it', async () => {
      const plan = await convertNotes(plain('createPlugin', 'export const limit = 3;'), {
        files: {
          'packages/backend/src/plugins/more.ts':
            "import { limit } from './notes';\nexport default limit;\n",
        },
      });
      expect(editOf(plan, NOTES)).to.contain('createBackendPlugin({');
    });
  });

  it('leaves a file alone that makes no router', async () => {
    const plan = await convertNotes(
      'export default async (env: any) => {\n  env.logger.info("started");\n};\n',
    );
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report).to.have.nested.property('[0].reason', 'returns no router');
  });

  it('leaves keys alone that the backend makes itself', async () => {
    const root = makeRepository({
      [INDEX]: `import { createBackend } from 'backstage-forklift';
import { makeLegacyPlugin } from 'backstage-forklift/legacy';
import { slowReader } from './reader';

const legacyPlugin = makeLegacyPlugin({ reader: slowReader }, {});
const backend = createBackend();
backend.add(legacyPlugin('notes', import('./plugins/notes')));
backend.start();
`,
      [NOTES]: 'export default async ({ reader }: any) => reader.search("x");\n',
    });
    const plan = await planConvert(root, 'notes');
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0].reason).to.equal('uses env.reader, which index.ts makes itself');
  });

  const leftAlone: Record<
    string,
    { text: string; options?: string; reason: RegExp; anchor: string }
  > = {
    'hands on its whole environment': {
      text: "import { helper } from './helper';\nexport default async (env: any) => helper(env);\n",
      reason: /hands the whole environment on: helper\(env\)/,
      anchor: 'whole-environment',
    },
    'is served at a path of its own': {
      text: USES_DATABASE,
      options: ", { path: '/notes' }",
      reason: /^is served at \/notes, and plugins are served below \/api\/<id>$/,
      anchor: 'paths',
    },
    'is given middlewares': {
      text: USES_DATABASE,
      options: ', { middlewares: [] }',
      reason: /is given middlewares in index.ts/,
      anchor: 'options',
    },
    'uses a key that no service has': {
      text: 'export default async ({ eventBroker }: any) => eventBroker.publish();\n',
      reason: /uses env.eventBroker, which has no counterpart/,
      anchor: 'other-keys',
    },
    'hands its environment to a function that others call, too': {
      text: 'export function helper(env: any) { env.config.keys(); }\nexport default async (env: any) => helper(env);\n',
      reason: /hands the whole environment on/,
      anchor: 'whole-environment',
    },
  };
  for (const [title, { text, options, reason, anchor }] of Object.entries(leftAlone)) {
    it(`leaves a file alone that ${title}`, async () => {
      const plan = await convertNotes(text, { options });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report).to.have.length(1);
      expect(plan.report[0]).to.include({
        outcome: 'manual',
        file: NOTES,
        guide: `convert-plugin-file#${anchor}`,
      });
      expect(plan.report[0].reason).to.match(reason);
    });
  }

  it('asks for the lift first', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/a', await a(createEnv('a')));", {
        imports: "import a from './plugins/a';",
      }),
    });
    const error = await planConvert(root, 'a').catch(each => each);
    expect(error).to.be.instanceOf(GuideError);
    expect(error.code).to.equal('NOT_LIFTED');
    expect(error.message).to.match(/Run forklift lift first/);
  });

  it('names the plugins there are when it is asked for another', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('notes', import('./plugins/notes')));"),
      [NOTES]: USES_DATABASE,
    });
    const error = await planConvert(root, 'todo').catch(each => each);
    expect(error.message).to.equal(`${INDEX} mounts no plugin 'todo'. It has 'notes'`);
  });
});
