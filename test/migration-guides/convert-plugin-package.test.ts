import { expect } from 'chai';
import { applyPlan, planConvert, type MigrationPlan } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories, type Files } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const MOUNT = 'packages/backend/src/plugins/notes.ts';
const FOLDER = 'plugins/notes-backend';

const ROUTER = `${FOLDER}/src/service/router.ts`;
const PLUGIN = `${FOLDER}/src/plugin.ts`;

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function liftedIndex(line: string): string {
  return `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

${line}

backend.start();
`;
}

/** A repository with a backend that serves the router of a package. */
function repositoryWith(files: Files): string {
  return makeRepository({
    'package.json': json({ private: true, workspaces: ['packages/*', 'plugins/*'] }),
    [INDEX]: liftedIndex("backend.add(legacyPlugin('notes', import('./plugins/notes')));"),
    [`${FOLDER}/package.json`]: json({
      name: '@internal/plugin-notes-backend',
      version: '0.1.0',
      main: 'src/index.ts',
      dependencies: { '@backstage/backend-common': '^0.25.0', express: '^4.22.0' },
    }),
    [`${FOLDER}/src/index.ts`]: "export * from './service/router';\n",
    ...files,
  });
}

const PLAIN_MOUNT = `import { createRouter } from '@internal/plugin-notes-backend';
import { PluginEnvironment } from '../types';

export default async function createPlugin(env: PluginEnvironment) {
  return await createRouter({ logger: env.logger, config: env.config });
}
`;

function mountWith(statement: string, name = 'createRouter'): string {
  return `import { ${name} } from '@internal/plugin-notes-backend';

export default async function createPlugin(env: any) {
  ${statement}
}
`;
}

const PLAIN_ROUTER = `import { Config } from '@backstage/config';
import { Router } from 'express';
import { Logger } from 'winston';

export interface RouterOptions {
  logger: Logger;
  config: Config;
}

export async function createRouter(options: RouterOptions): Promise<Router> {
  options.logger.info(options.config.getString('notes.title'));
  return Router();
}
`;

function editOf(plan: MigrationPlan, file: string): string | null | undefined {
  return plan.edits.find(each => each.file === file)?.after;
}

/** What init() does in a printed plugin. */
function initOf(plan: MigrationPlan): string {
  const text = editOf(plan, PLUGIN) ?? '';
  return /async init\([^)]*\) \{\n([\s\S]*?)\n {6}\},/.exec(text)?.[1] ?? `none: ${text}`;
}

/** What a router of an options type is called with. */
async function initFor(router: string, extra: Files = {}): Promise<string> {
  const root = repositoryWith({ [ROUTER]: router, ...extra });
  return initOf(await planConvert(root, FOLDER));
}

function routerWith(options: string, parameter = 'options: RouterOptions'): string {
  return `${options}
export async function createRouter(${parameter}) {
  return use(options);
}
`;
}

describe('forklift convert of a package', () => {
  afterEach(removeRepositories);

  describe('does what its guide shows', () => {
    for (const { title, blocks } of readmeCases('convert-plugin-package')) {
      it(title, async () => {
        const root = repositoryWith({
          [ROUTER]: blocks.before,
          [MOUNT]: blocks.mount ?? PLAIN_MOUNT,
          ...(blocks.manifest ? { [`${FOLDER}/package.json`]: blocks.manifest } : {}),
        });
        const plan = await planConvert(root, 'notes');
        expect(plan.step).to.equal('convert-plugin-package');
        expect(editOf(plan, PLUGIN)).to.equal(blocks.after);
        if (blocks.router) expect(editOf(plan, ROUTER)).to.equal(blocks.router);
      });
    }
  });

  it('moves the backend and the package together', async () => {
    const root = repositoryWith({ [ROUTER]: PLAIN_ROUTER, [MOUNT]: PLAIN_MOUNT });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, INDEX)).to.contain(
      "backend.add(import('@internal/plugin-notes-backend'));",
    );
    expect(editOf(plan, INDEX)).not.to.contain('legacyPlugin');
    expect(editOf(plan, MOUNT)).to.equal(null);
    expect(editOf(plan, `${FOLDER}/src/index.ts`)).to.equal(
      "export * from './service/router';\nexport { notesPlugin as default } from './plugin';\n",
    );
    expect(JSON.parse(editOf(plan, 'packages/backend/package.json') ?? '').dependencies).to.include(
      { '@internal/plugin-notes-backend': '^0.1.0' },
    );
    const manifest = JSON.parse(editOf(plan, `${FOLDER}/package.json`) ?? '');
    expect(manifest.backstage).to.deep.equal({
      role: 'backend-plugin',
      pluginId: 'notes',
      pluginPackages: ['@internal/plugin-notes-backend'],
    });
    expect(manifest.dependencies).to.have.property('@backstage/backend-plugin-api');
    expect(manifest.devDependencies).to.have.property('backstage-forklift');
    expect(editOf(plan, `${FOLDER}/dev/index.ts`)).to.contain("backend.add(import('../src'));");
    for (const entry of plan.report) expect(entry.guide).to.match(/^convert-plugin-package#/);
    expect(plan.report.map(each => each.file)).to.include.members(
      plan.edits.map(each => each.file),
    );
  });

  it('has nothing to do the second time', async () => {
    const root = repositoryWith({ [ROUTER]: PLAIN_ROUTER, [MOUNT]: PLAIN_MOUNT });
    await applyPlan(await planConvert(root, 'notes'));
    const before = readFiles(root);
    for (const name of ['notes', FOLDER, '@internal/plugin-notes-backend']) {
      const again = await planConvert(root, name);
      expect(again.edits, name).to.deep.equal([]);
      expect(again.report.map(each => each.outcome)).to.deep.equal(['skipped']);
    }
    expect(readFiles(root)).to.deep.equal(before);
  });

  it('keeps line ends, licence and quotes', async () => {
    const licence = '/*\n * Copyright 2023 The Notes Authors\n */\n\n';
    const root = repositoryWith({
      [ROUTER]: (licence + PLAIN_ROUTER).replaceAll('\n', '\r\n'),
      [`${FOLDER}/src/index.ts`]: `${licence}export * from "./service/router"\n`,
      [MOUNT]: PLAIN_MOUNT,
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, `${FOLDER}/src/index.ts`)).to.equal(
      `${licence}export * from "./service/router"\nexport { notesPlugin as default } from "./plugin"\n`,
    );
    expect(editOf(plan, ROUTER)?.replaceAll('\r\n', '')).not.to.contain('\n');
    expect(editOf(plan, PLUGIN)).to.match(
      /^\/\*\n \* Copyright 2023 The Notes Authors\n \*\/\n\nimport/,
    );
  });

  describe('finds the service behind an option', () => {
    const types: Record<string, { router: string; init: string; extra?: Files }> = {
      'through aliases': {
        router: routerWith(
          "import { Config as Settings } from '@backstage/config';\ntype Mine = Settings;\nexport type RouterOptions = { settings: Mine };",
        ),
        init: 'createRouter({ settings: config })',
      },
      'through intersections and Pick': {
        router: routerWith(
          "import { Environment } from '../environment';\nimport { SchedulerService } from '@backstage/backend-plugin-api';\ntype RouterOptions = Pick<Environment, 'config'> & { tasks: SchedulerService };",
        ),
        extra: {
          [`${FOLDER}/src/environment.ts`]:
            "import { Config } from '@backstage/config';\nexport interface Environment { config: Config; secret: string }\n",
        },
        init: 'createRouter({ config, tasks: scheduler })',
      },
      'through indexed types': {
        router: routerWith(
          "interface Environment { log: import('x').Y; config: Config }\nimport { Config } from '@backstage/config';\ninterface RouterOptions { settings: Environment['config'] }",
        ),
        init: 'createRouter({ settings: config })',
      },
      'through interfaces that extend others': {
        router: routerWith(
          "import { LoggerService, DatabaseService } from '@backstage/backend-plugin-api';\ninterface Base { log: LoggerService }\nexport interface RouterOptions extends Base { store: DatabaseService }",
        ),
        init: 'createRouter({ store: database, log: logger })',
      },
      'by namespace': {
        router: routerWith(
          "import * as api from '@backstage/backend-plugin-api';\nexport interface RouterOptions { reader: api.UrlReaderService }",
        ),
        init: 'createRouter({ reader })',
      },
      'in arguments of their own': {
        router: routerWith(
          "import { LoggerService } from '@backstage/backend-plugin-api';\nimport { Config } from '@backstage/config';",
          'options: LoggerService, config: Config',
        ),
        init: 'createRouter(logger, config)',
      },
      'that is one of several': {
        router: routerWith(
          "import { LoggerService } from '@backstage/backend-plugin-api';\nimport { Logger } from 'winston';\nexport interface RouterOptions { logger: Logger | LoggerService }",
        ),
        init: 'createRouter({ logger })',
      },
      'that only needs some methods': {
        router: routerWith(
          'export interface RouterOptions { logger: { info(text: string): void; error(text: string): void } }',
        ),
        init: 'createRouter({ logger })',
      },
      'that is a database connection': {
        router: routerWith("import { Knex } from 'knex';\ninterface RouterOptions { db: Knex }"),
        init: 'createRouter({ db: await database.getClient() })',
      },
    };
    for (const [title, { router, init, extra }] of Object.entries(types)) {
      it(title, async () => {
        expect(await initFor(router, extra)).to.contain(init);
      });
    }
  });

  it('makes a router by its builder', async () => {
    const builder = `import { Config } from '@backstage/config';
import { Router } from 'express';

export class NotesBuilder {
  static create(env: { config: Config }) {
    return new NotesBuilder(env.config);
  }
  private constructor(private readonly config: Config) {}
  async build() {
    return { router: Router() };
  }
}
`;
    const statements = `const builder = NotesBuilder.create({ config: env.config });
  const { router } = await builder.build();
  return router;`;
    const root = repositoryWith({
      [ROUTER]: builder,
      [MOUNT]: mountWith(statements, 'NotesBuilder'),
    });
    expect(initOf(await planConvert(root, 'notes'))).to.equal(
      [
        '        const builder = await NotesBuilder.create({ config });',
        '        const { router } = await builder.build();',
        '        httpRouter.use(router);',
      ].join('\n'),
    );
  });

  it('gives what the backend gave, and no more', async () => {
    const router = `import { Config } from '@backstage/config';
import { CacheClient } from '@backstage/backend-common';
interface RouterOptions { cacheClient: CacheClient; settings?: Config }
export async function createRouter(options: RouterOptions) { return use(options); }
`;
    const root = repositoryWith({
      [ROUTER]: router,
      [MOUNT]: mountWith(
        'return createRouter({ cacheClient: env.cache.getClient({ defaultTtl: 60 * 1000 }) });',
      ),
    });
    expect(initOf(await planConvert(root, 'notes'))).to.match(
      /createRouter\(\{\s+cacheClient: cache\.withOptions\(\{ defaultTtl: 60 \* 1000 \}\),\s+\}\)/,
    );
  });

  it('gives a token manager where the backend did, and adds it to the backend', async () => {
    const root = repositoryWith({
      [ROUTER]: `import { TokenManager } from '@backstage/backend-common';
export async function createRouter(options: { tokenManager: TokenManager }) { return use(options); }
`,
      [MOUNT]: mountWith('return createRouter({ tokenManager: env.tokenManager });'),
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, PLUGIN)).to.contain('tokenManager: tokenManagerServiceFactory.service,');
    expect(initOf(plan)).to.contain('createRouter({ tokenManager })');
    expect(editOf(plan, INDEX)).to.contain(
      "backend.add(tokenManagerServiceFactory);\nbackend.add(import('@internal/plugin-notes-backend'));",
    );
    expect(editOf(plan, `${FOLDER}/package.json`)).to.contain('"backstage-forklift"');
    const unserved = await planConvert(
      repositoryWith({ [ROUTER]: editOf(plan, ROUTER) ?? '', [INDEX]: liftedIndex('') }),
      FOLDER,
    );
    const left = unserved.report.filter(each => each.outcome === 'manual');
    expect(left.map(each => each.guide)).to.deep.equal(['convert-plugin-package#token-manager']);
    expect(left[0].reason).to.contain('has to add tokenManagerServiceFactory');
    expect(editOf(unserved, `${FOLDER}/dev/index.ts`)).to.contain(
      "backend.add(tokenManagerServiceFactory);\nbackend.add(import('../src'));",
    );
  });

  describe('takes the router of a private package to the auth services', () => {
    const manifest = (fields: object): string =>
      json({ name: '@internal/plugin-notes-backend', main: 'src/index.ts', ...fields });
    const [guide] = readmeCases('convert-plugin-package').filter(
      each => each.title === 'Auth services',
    );
    const files = (more: Files = {}): Files => ({
      [ROUTER]: guide.blocks.before,
      [MOUNT]: guide.blocks.mount,
      [`${FOLDER}/package.json`]: manifest({ private: true }),
      ...more,
    });

    it('as its guide shows, and has nothing to do the second time', async () => {
      const root = repositoryWith(files());
      const plan = await planConvert(root, 'notes');
      expect(editOf(plan, ROUTER)).to.equal(guide.blocks.router);
      expect(editOf(plan, INDEX)).not.to.contain('tokenManagerServiceFactory');
      const said = plan.report.filter(each => each.guide.startsWith('auth-services#'));
      expect(said.map(each => each.reason)).to.deep.equal([
        'takes auth and httpAuth in place of identity',
        'takes auth in place of tokenManager',
        'takes permissions and httpAuth with credentials in place of tokens',
      ]);
      await applyPlan(plan);
      expect((await planConvert(root, 'notes')).edits).to.deep.equal([]);
    });

    const kept: Record<string, Files> = {
      'others may call it': { [`${FOLDER}/package.json`]: manifest({}) },
      'something else of the repository calls it': {
        [`${FOLDER}/src/service/standaloneServer.ts`]:
          "import { createRouter } from './router';\nexport const start = (identity: any, tokenManager: any, permissions: any) => createRouter({ identity, tokenManager, permissions } as any);\n",
      },
      'something else takes options of the same type': {
        [`${FOLDER}/src/service/more.ts`]:
          "import { RouterOptions } from './router';\nexport const more = ({ identity, tokenManager, permissions }: RouterOptions) => [identity, tokenManager, permissions];\n",
      },
      'something beside it in the file does': {
        [ROUTER]: `${guide.blocks.before}
export const more = ({ identity, tokenManager, permissions }: RouterOptions) =>
  [identity, tokenManager, permissions];
`,
      },
      'its options go elsewhere as a whole': {
        [ROUTER]: guide.blocks.before.replace('const router =', 'use(options);\n  const router ='),
      },
      'the type of its options is in another file': {
        [ROUTER]: guide.blocks.before
          .replace(/export interface RouterOptions \{[\s\S]*?\n\}\n/, '')
          .replace('import', "import { RouterOptions } from './options';\nimport"),
        [`${FOLDER}/src/service/options.ts`]: guide.blocks.before.replace(
          /\nexport async function[\s\S]*$/,
          '\n',
        ),
      },
    };
    for (const [title, more] of Object.entries(kept)) {
      it(`unless ${title}`, async () => {
        const plan = await planConvert(repositoryWith(files(more)), 'notes');
        expect(editOf(plan, ROUTER)).to.contain('tokenManager.getToken()');
        expect(initOf(plan)).to.contain('identity: createLegacyIdentity({ auth, userInfo })');
        const said = plan.report.filter(each => each.guide.startsWith('auth-services#'));
        expect(said.map(each => each.outcome)).to.deep.equal(['skipped', 'skipped', 'skipped']);
      });
    }
  });

  it('makes a catalog client where one is asked for', async () => {
    const options = `import { CatalogApi } from '@backstage/catalog-client';
import { ScmIntegrationRegistry } from '@backstage/integration';
export interface RouterOptions {
  catalogApi: CatalogApi;
  integrations?: ScmIntegrationRegistry;
}`;
    const init = await initFor(routerWith(options));
    expect(init).to.contain('catalogApi: new CatalogClient({ discoveryApi: discovery }),');
    expect(init, 'what may be left out').not.to.contain('integrations');
  });

  it('lets go of options that a router asks for and never looks at', async () => {
    const router = `import { PluginEnvironment } from '../environment';
export const createRouter = async ({ config }: PluginEnvironment) => use(config);
`;
    const root = repositoryWith({
      [ROUTER]: router,
      [MOUNT]: mountWith('return await createRouter(env);'),
      [`${FOLDER}/src/environment.ts`]:
        "import { Config } from '@backstage/config';\nimport { TokenManager } from '@backstage/backend-common';\nexport type PluginEnvironment = { config: Config; tokenManager: TokenManager };\n",
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, ROUTER)).to.contain(
      "({ config }: Pick<PluginEnvironment, 'config'> & Partial<PluginEnvironment>)",
    );
    expect(initOf(plan)).to.contain('createRouter({ config })');
  });

  it('takes the place of a default export that handed over the environment', async () => {
    const root = repositoryWith({
      [INDEX]: liftedIndex(
        "backend.add(legacyPlugin('notes', import('@internal/plugin-notes-backend')));",
      ),
      [ROUTER]: PLAIN_ROUTER,
      [`${FOLDER}/src/index.ts`]: `export * from './service/router';
import { createRouter } from './service/router';

export default async function createPlugin(env: any) {
  return await createRouter({ logger: env.logger, config: env.config });
}
`,
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, `${FOLDER}/src/index.ts`)).to.equal(
      "export * from './service/router';\nexport { notesPlugin as default } from './plugin';\n",
    );
  });

  it('leaves a file in place that does more than to hand over the environment', async () => {
    for (const more of [
      "import './polyfill';\n",
      'export const answer = ask();\n',
      'prepare();\n',
    ]) {
      const root = repositoryWith({ [ROUTER]: PLAIN_ROUTER, [MOUNT]: more + PLAIN_MOUNT });
      const plan = await planConvert(root, 'notes');
      expect(plan.step).to.equal('convert-plugin-file');
      expect(editOf(plan, MOUNT)).to.contain(more);
      expect(editOf(plan, PLUGIN)).to.equal(undefined);
    }
  });

  it('adds one line to index.ts and touches nothing else of it', async () => {
    const index = "\n\nexport * from './service/router'; // all of it\n\n\n";
    const root = repositoryWith({
      [ROUTER]: PLAIN_ROUTER,
      [MOUNT]: PLAIN_MOUNT,
      [`${FOLDER}/src/index.ts`]: index,
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, `${FOLDER}/src/index.ts`)).to.equal(
      `${index}export { notesPlugin as default } from './plugin';\n`,
    );
  });

  it('converts a package that is all in one file', async () => {
    const root = repositoryWith({ [`${FOLDER}/src/index.ts`]: PLAIN_ROUTER, [MOUNT]: PLAIN_MOUNT });
    const plan = await planConvert(root, 'notes');
    const files = plan.edits.map(each => each.file);
    expect(new Set(files).size, files.join()).to.equal(files.length);
    const index = editOf(plan, `${FOLDER}/src/index.ts`);
    expect(index).to.contain('@deprecated');
    expect(index).to.contain("export { notesPlugin as default } from './plugin';");
    expect(editOf(plan, PLUGIN)).to.contain("import { createRouter } from './index';");
  });

  it('adds the default export that a plugin of the new system lacks', async () => {
    const root = repositoryWith({
      [ROUTER]: PLAIN_ROUTER,
      [MOUNT]: PLAIN_MOUNT,
      [PLUGIN]:
        "import { createBackendPlugin } from '@backstage/backend-plugin-api';\nexport const notes = createBackendPlugin({ pluginId: 'notes', register() {} });\n",
    });
    const plan = await planConvert(root, 'notes');
    expect(editOf(plan, `${FOLDER}/src/index.ts`)).to.contain(
      "export { notes as default } from './plugin';",
    );
    expect(editOf(plan, PLUGIN)).to.equal(undefined);
    expect(editOf(plan, INDEX)).to.contain("import('@internal/plugin-notes-backend')");
  });

  it('converts a package that no backend serves', async () => {
    const root = makeRepository({
      'package.json': json({ private: true, workspaces: ['plugins/*'] }),
      [`${FOLDER}/package.json`]: json({ name: '@acme/plugin-notes-backend', version: '1.0.0' }),
      [`${FOLDER}/src/index.ts`]: "export { createRouter } from './service/router';\n",
      [ROUTER]: PLAIN_ROUTER,
    });
    const plan = await planConvert(root, '@acme/plugin-notes-backend');
    expect(plan.report.filter(each => each.outcome === 'manual')).to.deep.equal([]);
    expect(editOf(plan, PLUGIN)).to.contain("pluginId: 'notes'");
  });

  describe('makes an object of the package itself', () => {
    const STORE = `import { PluginDatabaseManager } from '@backstage/backend-common';
import { Logger } from 'winston';
export interface NotesStore {
  all(): Promise<string[]>;
}
export class DatabaseNotesStore implements NotesStore {
  static async create(options: { database: PluginDatabaseManager; logger?: Logger }) {
    return new DatabaseNotesStore(await options.database.getClient());
  }
  private constructor(private readonly client: unknown) {}
  all = async () => [String(this.client)];
}
`;
    const router = routerWith(`import { NotesStore } from './store';
export interface RouterOptions {
  store: NotesStore;
}`);
    const convertWith = async (store: string): Promise<MigrationPlan> => {
      const root = repositoryWith({ [ROUTER]: router, [`${FOLDER}/src/service/store.ts`]: store });
      return planConvert(root, FOLDER);
    };

    it('by the only method that gives one', async () => {
      const plan = await convertWith(STORE);
      expect(initOf(plan)).to.contain('store: await DatabaseNotesStore.create({ database })');
      expect(editOf(plan, PLUGIN)).to.contain(
        "import { DatabaseNotesStore } from './service/store';\nimport { createRouter }",
      );
      expect(editOf(plan, `${FOLDER}/package.json`)).not.to.contain('"."');
    });

    it('by the only function that gives one, which need not wait', async () => {
      const made = `${STORE.replace('static async create', 'private static async create')}
export const makeStore = (config: import('@backstage/config').Config): NotesStore => use(config);
export function wrapped(database: PluginDatabaseManager): NotesStore {
  return use(database);
}
`;
      const only = made.replace('export const makeStore', 'const makeStore');
      expect(initOf(await convertWith(only))).to.contain('store: wrapped(database)');
      expect((await convertWith(made)).edits, 'of two functions').to.deep.equal([]);
    });

    it('unless that takes more than services', async () => {
      const plan = await convertWith(STORE.replace('logger?: Logger', 'table: string'));
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].reason).to.match(/^takes 'store' \(NotesStore\)/);
    });
  });

  it('imports a router by its name, also where it is the default of its file', async () => {
    const plain = PLAIN_ROUTER.replace('export async', 'export default async');
    const named = await planConvert(
      repositoryWith({ [ROUTER]: `${plain}export { createRouter };\n` }),
      FOLDER,
    );
    expect(editOf(named, PLUGIN)).to.contain("import { createRouter } from './service/router';");
    const unnamed = await planConvert(
      repositoryWith({
        [ROUTER]: plain,
        [`${FOLDER}/src/index.ts`]: "export { default as createRouter } from './service/router';\n",
      }),
      FOLDER,
    );
    expect(unnamed.edits, 'one that has no name').to.deep.equal([]);
  });

  it('does not guess between createRouter and a builder', async () => {
    const both = `${PLAIN_ROUTER}
export class NotesBuilder {
  constructor(private readonly options: RouterOptions) {}
  async build(): Promise<Router> {
    return Router().use(await createRouter(this.options), () => {});
  }
}
`;
    const plan = await planConvert(repositoryWith({ [ROUTER]: both }), FOLDER);
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0].reason).to.match(/^exports createRouter and NotesBuilder,/);
    const used = both.replace('return Router();', 'return new NotesBuilder(options).build();');
    expect((await planConvert(repositoryWith({ [ROUTER]: used }), FOLDER)).edits).not.to.be.empty;
  });

  describe('leaves a package alone', () => {
    const obstacles: Record<string, { router: string; anchor: string; reason: RegExp }> = {
      'with an option that is no service': {
        router: routerWith('export interface RouterOptions { store: Store }\nclass Store {}'),
        anchor: 'options-without-a-service',
        reason: /takes 'store' \(Store\), for which there is no service/,
      },
      'whose options have no type': {
        router: 'export async function createRouter(options) {\n  return use(options);\n}\n',
        anchor: 'options-without-a-type',
        reason: /takes options whose type is not known/,
      },
      'that makes no router': {
        router: 'export const answer = 42;\n',
        anchor: 'before',
        reason: /exports no createRouter/,
      },
    };
    for (const [title, { router, anchor, reason }] of Object.entries(obstacles)) {
      it(title, async () => {
        const root = repositoryWith({ [ROUTER]: router });
        const plan = await planConvert(root, FOLDER);
        expect(plan.edits).to.deep.equal([]);
        expect(plan.report).to.have.length(1);
        expect(plan.report[0].guide).to.equal(`convert-plugin-package#${anchor}`);
        expect(plan.report[0].reason).to.match(reason);
      });
    }

    it('that calls itself otherwise', async () => {
      const root = repositoryWith({
        [ROUTER]: PLAIN_ROUTER,
        [MOUNT]: PLAIN_MOUNT,
        [`${FOLDER}/package.json`]: json({
          name: '@internal/plugin-notes-backend',
          backstage: { pluginId: 'memos' },
        }),
      });
      const plan = await planConvert(root, 'notes', { step: 'convert-plugin-package' });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].guide).to.equal('convert-plugin-package#plugin-id');
    });
  });
});
