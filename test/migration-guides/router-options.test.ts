import { expect } from 'chai';
import { planConvert } from 'backstage-forklift/guides';
import { makeRepository, removeRepositories, type Files } from './temporary-repository';

const FOLDER = 'plugins/notes-backend';
const API = "import { DatabaseService, LoggerService } from '@backstage/backend-plugin-api';";
const CONFIG = "import { Config } from '@backstage/config';";
const LOGGER = "import { Logger } from 'winston';";

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What the plugin of a package with a router calls, or why there is none. */
async function madeWith(router: string, files: Files = {}): Promise<string> {
  const root = makeRepository({
    'package.json': json({ private: true, workspaces: ['packages/*', 'plugins/*'] }),
    [`${FOLDER}/package.json`]: json({ name: '@internal/plugin-notes-backend', version: '0.1.0' }),
    [`${FOLDER}/src/index.ts`]: "export * from './router';\n",
    [`${FOLDER}/src/router.ts`]: router,
    ...files,
  });
  const plan = await planConvert(root, FOLDER);
  const plugin = plan.edits.find(each => each.file === `${FOLDER}/src/plugin.ts`)?.after;
  const init = /async init\([^)]*\) \{\n([\s\S]*?)\n {6}\},/.exec(plugin ?? '')?.[1];
  return (
    init
      ?.replaceAll(/\s+/g, ' ')
      .replaceAll(/, ([})])/g, ' $1')
      .trim() ?? plan.report[0].reason
  );
}

const MAKE =
  'export async function createRouter(options: RouterOptions) {\n  return use(options);\n}\n';

/** Two packages of the repository besides the router's. */
const COMMON: Files = {
  'packages/common/package.json': json({ name: '@internal/common', version: '1.0.0' }),
  'packages/common/src/index.ts':
    "export * from './base';\nexport { Logger as Log } from 'winston';\n",
  'packages/common/src/base.ts': `${CONFIG}\nexport interface Base { settings: Config }\nexport type Pair<L, R = Config> = { left: L; right: R };\n`,
};

describe('the options of a router', () => {
  afterEach(removeRepositories);

  const forms: Record<string, { router: string; init: string; files?: Files }> = {
    'as an interface': {
      router: `${LOGGER}\n${CONFIG}\nexport interface RouterOptions { logger: Logger; config: Config }\n${MAKE}`,
      init: 'createRouter({ logger: loggerToWinstonLogger(logger), config })',
    },
    'as a type that names another': {
      router: `${API}\ntype Log = LoggerService;\ntype Mine = { log: Log };\nexport type RouterOptions = Mine;\n${MAKE}`,
      init: 'createRouter({ log: logger })',
    },
    'as an intersection': {
      router: `${API}\n${CONFIG}\ninterface A { db: DatabaseService }\nexport type RouterOptions = A & { config: Config } & { log: LoggerService };\n${MAKE}`,
      init: 'createRouter({ db: database, config, log: logger })',
    },
    'picked from another type': {
      router: `${API}\n${CONFIG}\ninterface All { db: DatabaseService; config: Config; secret: string }\nexport type RouterOptions = Pick<All, 'db' | 'config'>;\n${MAKE}`,
      init: 'createRouter({ db: database, config })',
    },
    'of another type, with some left out': {
      router: `${API}\n${CONFIG}\ninterface All { db: DatabaseService; config: Config; secret: string }\nexport type RouterOptions = Omit<All, 'secret'>;\n${MAKE}`,
      init: 'createRouter({ db: database, config })',
    },
    'that may all be left out': {
      router: `${API}\nexport type RouterOptions = Partial<{ log: LoggerService; depth: number }>;\n${MAKE}`,
      init: 'createRouter({ log: logger })',
    },
    'that must all be there': {
      router: `${API}\nexport type RouterOptions = Required<{ log?: LoggerService }>;\n${MAKE}`,
      init: 'createRouter({ log: logger })',
    },
    'that can not be changed': {
      router: `${API}\nexport type RouterOptions = Readonly<{ log: LoggerService }>;\n${MAKE}`,
      init: 'createRouter({ log: logger })',
    },
    'of a generic type': {
      router: `${API}\n${CONFIG}\ninterface With<T> { extra: T; config: Config }\nexport type RouterOptions = With<LoggerService>;\n${MAKE}`,
      init: 'createRouter({ extra: logger, config })',
    },
    'of a generic type of another package, by its default': {
      router: `${API}\nimport { Pair } from '@internal/common';\nexport type RouterOptions = Pair<LoggerService>;\n${MAKE}`,
      init: 'createRouter({ left: logger, right: config })',
      files: COMMON,
    },
    'of an interface that extends one of another file': {
      router: `import { Base } from './base';\n${API}\nexport interface RouterOptions extends Base { log: LoggerService }\n${MAKE}`,
      init: 'createRouter({ log: logger, settings: config })',
      files: {
        [`${FOLDER}/src/base.ts`]: `${CONFIG}\nexport interface Base { settings: Config }\n`,
      },
    },
    'of an interface that extends one of another package': {
      router: `import { Base } from '@internal/common';\n${API}\nexport interface RouterOptions extends Base { log: LoggerService }\n${MAKE}`,
      init: 'createRouter({ log: logger, settings: config })',
      files: COMMON,
    },
    'with a type that another package passes on': {
      router: `import { Log } from '@internal/common';\nexport interface RouterOptions { log: Log }\n${MAKE}`,
      init: 'createRouter({ log: loggerToWinstonLogger(logger) })',
      files: COMMON,
    },
    'with a type of Backstage in a copy of Backstage': {
      router: `${CONFIG}\nexport interface RouterOptions { settings: Config }\n${MAKE}`,
      init: 'createRouter({ settings: config })',
      files: {
        'packages/config/package.json': json({ name: '@backstage/config', version: '0.1.0' }),
        'packages/config/src/index.ts': "export type { Config } from './types';\n",
        'packages/config/src/types.ts':
          'export type Config = { getString(key: string): string };\n',
      },
    },
    'taken apart in the parameter': {
      router: `${API}\nexport interface RouterOptions { log: LoggerService; db: DatabaseService }\nexport async function createRouter({ log, db }: RouterOptions) {\n  return use(log, db);\n}\n`,
      init: 'createRouter({ log: logger, db: database })',
    },
    'taken apart, with a default': {
      router: `${API}\nexport interface RouterOptions { log: LoggerService; depth?: number }\nexport const createRouter = async ({ log, depth = 3 }: RouterOptions) => use(log, depth);\n`,
      init: 'createRouter({ log: logger })',
    },
    'of the constructor of a builder': {
      router: `${API}\nimport { Router } from 'express';\nexport class NotesBuilder {\n  constructor(private readonly options: { log: LoggerService }) {}\n  async build(): Promise<Router> {\n    return use(this.options);\n  }\n}\n`,
      init: 'const builder = new NotesBuilder({ log: logger }); httpRouter.use(await builder.build());',
    },
    'of the constructor of a builder, one by one': {
      router: `${API}\n${CONFIG}\nimport { Router } from 'express';\nexport class NotesBuilder {\n  constructor(private readonly log: LoggerService, private readonly config: Config) {}\n  async build(): Promise<Router> {\n    return use(this.log, this.config);\n  }\n}\n`,
      init: 'const builder = new NotesBuilder(logger, config); httpRouter.use(await builder.build());',
    },
    'of a class that has them as properties': {
      router: `${API}\nclass Options {\n  constructor(readonly log: LoggerService) {}\n}\nexport interface RouterOptions { log: Options['log'] }\n${MAKE}`,
      init: 'createRouter({ log: logger })',
    },
    'of a function that is generic': {
      router: `${API}\nexport async function createRouter<T extends { log: LoggerService }>(options: T) {\n  return use(options);\n}\n`,
      init: 'createRouter({ log: logger })',
    },
    'with a client that a function of the package makes of the configuration': {
      router: `import { NotesClient } from './client';\nexport interface RouterOptions { client: NotesClient }\n${MAKE}`,
      init: 'createRouter({ client: NotesClient.fromConfig(config) })',
      files: {
        [`${FOLDER}/src/client.ts`]: `${CONFIG}\nexport class NotesClient {\n  static fromConfig(config: Config): NotesClient {\n    return new NotesClient(config.getString('notes.url'));\n  }\n  private constructor(readonly url: string) {}\n}\n`,
      },
    },
    'with a client that its constructor makes of the configuration': {
      router: `import { NotesClient } from './client';\nexport interface RouterOptions { client: NotesClient }\n${MAKE}`,
      init: 'createRouter({ client: new NotesClient({ config, log: logger }) })',
      files: {
        [`${FOLDER}/src/client.ts`]: `${CONFIG}\n${API}\nexport class NotesClient {\n  constructor(private readonly options: { config: Config; log: LoggerService; depth?: number }) {}\n}\n`,
      },
    },
  };
  for (const [title, { router, init, files }] of Object.entries(forms)) {
    it(`are known ${title}`, async () => {
      expect(await madeWith(router, files)).to.contain(init);
    });
  }

  const unknown: Record<string, { router: string; reason: RegExp; files?: Files }> = {
    'an object that others are to choose': {
      router: `export interface Store { all(): string[] }\nexport interface RouterOptions { store: Store }\n${MAKE}`,
      reason: /^takes 'store' \(Store\), for which there is no service$/,
    },
    'an object whose tables somebody else makes': {
      router: `import { NotesStore } from './store';\nexport interface RouterOptions { store: NotesStore }\n${MAKE}`,
      reason: /^takes 'store' \(NotesStore\), for which there is no service$/,
      files: {
        [`${FOLDER}/src/store.ts`]: `import { Knex } from 'knex';\nexport class NotesStore {\n  constructor(private readonly db: Knex) {}\n}\n`,
      },
    },
    'a thing that some routes depend on': {
      router: `${API}\nimport { Router } from 'express';\nexport interface RouterOptions { log: LoggerService; store?: Store }\ninterface Store { all(): string[] }\nexport async function createRouter({ log, store }: RouterOptions) {\n  const router = Router();\n  if (store) {\n    router.get('/all', (_, res) => res.json(store.all()));\n  }\n  return use(router, log);\n}\n`,
      reason: /^has routes only with 'store', for which there is no service$/,
    },
    'things of which none is a service': {
      router: `export interface RouterOptions { store?: Store }\ninterface Store { all(): string[] }\n${MAKE}`,
      reason: /^has routes only with 'store', for which there is no service$/,
    },
    'a text': {
      router: `${API}\nexport interface RouterOptions { log: LoggerService; table: string }\n${MAKE}`,
      reason: /^takes 'table', for which there is no service$/,
    },
    'of a generic type that is used in two ways': {
      router: `${API}\ninterface One<T> { a: T }\ninterface Two extends One<LoggerService> { c: string }\nexport type RouterOptions = One<DatabaseService> & Pick<Two, 'a'>;\n${MAKE}`,
      reason: /^takes 'a'/,
    },
    'either of two services': {
      router: `${API}\nexport interface RouterOptions { log: LoggerService | DatabaseService }\n${MAKE}`,
      reason: /^takes 'log' \(LoggerService \| DatabaseService\), for which there is no service$/,
    },
    'a type of the same name from elsewhere': {
      router: `import { Config } from '@acme/settings';\nexport interface RouterOptions { config: Config }\n${MAKE}`,
      reason: /^takes 'config' \(Config\), for which there is no service$/,
    },
    any: {
      router: 'export async function createRouter(options: any) {\n  return use(options);\n}\n',
      reason: /^takes options whose type is not known$/,
    },
  };
  for (const [title, { router, reason, files }] of Object.entries(unknown)) {
    it(`are left to a person that are ${title}`, async () => {
      expect(await madeWith(router, files)).to.match(reason);
    });
  }
});
