import { expect } from 'chai';
import type { MigrationPlan } from 'backstage-forklift/guides';
import {
  after,
  catalogFile,
  CONFIG,
  convert,
  INDEX,
  manual,
  MANIFEST,
  pluginFile,
} from './stock-repository';
import { removeRepositories } from './temporary-repository';

const CATALOG = 'packages/backend/src/plugins/catalog.ts';
const TYPES = 'packages/backend/src/types.ts';

const HANDS_ON = catalogFile(
  ["import { StaffProvider } from 'staff-provider';"],
  '  builder.addEntityProvider(StaffProvider.fromConfig(env.config, { ...env, groups: true }));',
);

function environment(...members: readonly string[]): Record<string, string> {
  return { [TYPES]: `export interface PluginEnvironment {\n  ${members.join(';\n  ')};\n}\n` };
}

describe('forklift convert of a stock plugin with code of its own', () => {
  afterEach(removeRepositories);

  it('hands on the environment that its type describes, each key with its old contract', async () => {
    const plan = await convert('catalog', HANDS_ON, {
      files: environment(
        'logger: Logger',
        'config: Config',
        'reader: UrlReader',
        'tokenManager: T',
      ),
    });
    expect(after(plan, CATALOG)).to.contain(`      async init({ catalog, ...services }) {
        const env = {
          ...services,
          logger: loggerToWinstonLogger(services.logger),
          reader: urlReaderToLegacy(services.reader),
        };
        catalog.addEntityProvider(
          StaffProvider.fromConfig(env.config, { ...env, groups: true }),
        );
`);
    expect(after(plan, CATALOG)).to.contain('tokenManager: tokenManagerServiceFactory.service,');
    expect(after(plan, INDEX)).to.contain('backend.add(tokenManagerServiceFactory);');
  });

  it('leaves an environment to people that has what nobody knows', async () => {
    const files = environment('config: Config', 'costs: CostClient');
    expect(manual(await convert('catalog', HANDS_ON, { files }))).to.deep.equal([
      'uses env.costs, which has no counterpart',
    ]);
  });

  it('leaves an environment to people whose type is not written out', async () => {
    const text = HANDS_ON.replace("'../types'", "'@acme/environment'");
    expect(manual(await convert('catalog', text))[0]).to.match(
      /^hands the whole environment on, whose type of @acme\/environment/,
    );
  });

  it('leaves keys to people that the backend makes itself', async () => {
    const index = `import { coreServices, createBackend } from 'backstage-forklift';
import { makeLegacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

const legacyPlugin = makeLegacyPlugin({ reader: coreServices.urlReader }, { reader: () => undefined });

backend.add(legacyPlugin('catalog', import('./plugins/catalog')));

backend.start();
`;
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      '  builder.addEntityProvider(new StaffProvider(env.reader));',
    );
    expect(manual(await convert('catalog', text, { files: { [INDEX]: index } }))).to.deep.equal([
      'uses env.reader, which index.ts makes itself',
    ]);
  });

  it('leaves a builder to people that other code is given', async () => {
    const text = catalogFile(
      ["import { IncrementalBuilder } from 'incremental';"],
      '  const incremental = await IncrementalBuilder.create(env.config, builder);\n  await incremental.build();',
    );
    expect(manual(await convert('catalog', text))).to.deep.equal(['hands builder to other code']);
  });

  it('keeps what is done with a provider before and after the catalog is built', async () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      '  const staff = new StaffProvider();\n  builder.addEntityProvider(staff);\n  staff.prepare();',
    ).replace('  return router;', '  staff.run();\n  return router;');
    expect(after(await convert('catalog', text), CATALOG)).to.contain(`        staff.prepare();
        lifecycle.addStartupHook(async () => {
          staff.run();
        });
`);
  });

  it('keeps code in comments, also above what goes', async () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      `  // The staff
  builder.addEntityProvider(new StaffProvider());
  // builder.addEntityProvider(
  //   new GuestProvider({ all: true }),
  // );

  // Builds it
`,
    ).replace('  return router;', '  /* router.use(log()); */\n\n  // All of it\n  return router;');
    const kept = after(await convert('catalog', text), CATALOG);
    expect(kept).to.contain(`      async init({ catalog }) {
        // The staff
        catalog.addEntityProvider(new StaffProvider());
        // builder.addEntityProvider(
        //   new GuestProvider({ all: true }),
        // );
        /* router.use(log()); */
      },
`);
  });

  it('keeps blank lines between what stays', async () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      `
  const staff = new StaffProvider();
  staff.prepare();

  // Guests, too
  builder.addEntityProvider(staff.withGuests());
`,
    ).replace('  return router;', '  staff.run();\n\n  staff.report();\n  return router;');
    expect(after(await convert('catalog', text), CATALOG)).to
      .contain(`      async init({ catalog, lifecycle }) {
        const staff = new StaffProvider();
        staff.prepare();

        // Guests, too
        catalog.addEntityProvider(staff.withGuests());
        lifecycle.addStartupHook(async () => {
          staff.run();

          staff.report();
        });
      },
`);
  });

  it('keeps the indentation inside of comments', async () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      `  /**
   * The staff
   */
  builder.addEntityProvider(new StaffProvider());
  /*
  await env.scheduler.scheduleTask({
    id: 'staff',
  });
  */
`,
    );
    expect(after(await convert('catalog', text), CATALOG)).to.contain(`        /**
         * The staff
         */
        catalog.addEntityProvider(new StaffProvider());
        /*
        await env.scheduler.scheduleTask({
          id: 'staff',
        });
        */
      },
`);
  });

  it('says how much code in comments goes with a file', async () => {
    const text = catalogFile(
      [],
      '  // Nothing special\n  // builder.addProcessor(\n  //   costs(),\n  // );',
    );
    const { report } = await convert('catalog', text);
    expect(report.find(each => each.file === CATALOG)?.reason).to.equal(
      'removed: the published plugin wires itself; lines of code in comments that went with it: 4',
    );
  });

  it('keeps contracts of keys that the function takes out of the environment', async () => {
    const text = HANDS_ON.replace(
      'env: PluginEnvironment',
      '{ config, cache, permissions }: PluginEnvironment',
    )
      .replace(
        'CatalogBuilder.create(env)',
        'CatalogBuilder.create({ config, cache, permissions })',
      )
      .replace('env.config, { ...env, groups: true }', 'config, { cache, permissions }');
    expect(after(await convert('catalog', text), CATALOG)).to
      .contain(`      async init({ catalog, ...services }) {
        const { config } = services;
        const cache = cacheToPluginCacheManager(services.cache);
        const permissions = permissionsToLegacy(services);
        catalog.addEntityProvider(
          StaffProvider.fromConfig(config, { cache, permissions }),
        );
`);
  });

  it('adds permission rules where they belong, in a version that takes them', async () => {
    const text = catalogFile(
      ["import { isInSystem } from '../rules';"],
      '  builder.addPermissionRules(isInSystem);',
    );
    const old = await convert('catalog', text, {
      dependencies: { '@backstage/plugin-catalog-node': '^1.5.0' },
    });
    expect(after(old, CATALOG)).to.contain('catalogPermissions.addPermissionRules(isInSystem);');
    expect(after(old, MANIFEST)).to.contain('"@backstage/plugin-catalog-node": "^1.13.1"');
    const recent = await convert('catalog', text, {
      dependencies: { '@backstage/plugin-catalog-node': '^1.6.0' },
    });
    expect(after(recent, MANIFEST)).to.contain('"@backstage/plugin-catalog-node": "^1.6.0"');
  });

  it('leaves packages alone that only code of its own uses', async () => {
    const name = '@backstage/plugin-catalog-backend-module-msgraph';
    const text = catalogFile(
      [
        `import { MicrosoftGraphOrgEntityProvider } from '${name}';`,
        "import { toGroup } from '../to-group';",
      ],
      '  builder.addEntityProvider(MicrosoftGraphOrgEntityProvider.fromConfig(env.config, { groupTransformer: toGroup }));',
    );
    const plan = await convert('catalog', text, {
      dependencies: { [name]: '^0.5.0' },
      files: {
        'packages/backend/src/to-group.ts': `import { defaultGroupTransformer } from '${name}';\nexport const toGroup = defaultGroupTransformer;\n`,
      },
    });
    expect(after(plan, CATALOG)).to.contain('{ groupTransformer: toGroup }');
    expect(after(plan, MANIFEST)).to.contain(`"${name}": "^0.5.0"`);
  });

  it('takes services that are spread into createRouter for what the plugin has by itself', async () => {
    const text = pluginFile(
      ["import { createRouter } from '@backstage/plugin-auth-backend';"],
      '  return await createRouter({ ...env });',
    );
    const plan = await convert('auth', text);
    expect(after(plan, INDEX)).to.contain("import('@backstage/plugin-auth-backend')");
    expect(after(plan, INDEX)).not.to.contain('legacyPlugin');
  });

  it('says in the configuration what the front end was served with', async () => {
    const text = pluginFile(
      ["import { createRouter } from '@backstage/plugin-app-backend';"],
      "  return await createRouter({ config: env.config, appPackageName: 'app', disableConfigInjection: true });",
    );
    const plan = await convert('app', text);
    expect(after(plan, CONFIG)).to.contain('disableConfigInjection: true');
  });

  describe('imports a service factory for kept code', () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      '  builder.addEntityProvider(new StaffProvider(env.tokenManager));',
    );
    const indexWith = async (line: string): Promise<string> => {
      const index = `import { createBackend } from 'backstage-forklift';
${line}

const backend = createBackend();

backend.add(legacyPlugin('catalog', import('./plugins/catalog')));
backend.add(legacyPlugin('costs', import('./plugins/costs')));

backend.start();
`;
      const costs = pluginFile([], '  return costs(env);');
      const files = { [INDEX]: index, 'packages/backend/src/plugins/costs.ts': costs };
      return after(await convert('catalog', text, { files }), INDEX);
    };

    it('beside what index.ts imports from the same place', async () => {
      const index = await indexWith("import { legacyPlugin } from 'backstage-forklift/legacy';");
      expect(index).to.contain(
        "import {\n  legacyPlugin,\n  tokenManagerServiceFactory,\n} from 'backstage-forklift/legacy';\n",
      );
      expect(index.match(/backstage-forklift\/legacy/g)).to.have.length(1);
    });

    it('by itself where the other import has comments', async () => {
      const line = "import { legacyPlugin /* for now */ } from 'backstage-forklift/legacy';";
      const index = await indexWith(line);
      expect(index).to.contain(`${line}\n`);
      expect(index).to.contain(
        "import { tokenManagerServiceFactory } from 'backstage-forklift/legacy';\n",
      );
    });
  });

  describe('that other files import', () => {
    const text = catalogFile(
      ["import { StaffProvider } from 'staff-provider';"],
      '  const staff = new StaffProvider();\n  providers.push(staff);\n  builder.addEntityProvider(staff);',
    ).replace('export default', 'export const providers: StaffProvider[] = [];\n\nexport default');
    const importedBy = (code: string, file = text): Promise<MigrationPlan> =>
      convert('catalog', file, { files: { 'packages/backend/src/refresh.ts': `${code}\n` } });

    it('keeps the names that they import', async () => {
      const plan = await importedBy("import { providers } from './plugins/catalog';");
      expect(after(plan, CATALOG)).to.contain('export const providers: StaffProvider[] = [];');
      expect(after(plan, CATALOG)).to.contain('        providers.push(staff);\n');
      expect(after(plan, INDEX)).to.contain("backend.add(import('./plugins/catalog'));");
    });

    for (const code of [
      "import createPlugin from './plugins/catalog';",
      "import { default as createPlugin } from './plugins/catalog';",
      "import * as catalog from './plugins/catalog';",
      "import createPlugin, { providers } from './plugins/catalog';",
      "export * from './plugins/catalog';",
      "const { providers } = require('./plugins/catalog');",
      "import { providers } from './plugins/catalog'; (",
      "import { providers } from './plugins/catalog';\njest.mock('./plugins/catalog');",
    ]) {
      it(`leaves it to people with \`${code.replaceAll('\n', ' ')}\``, async () => {
        expect(manual(await importedBy(code))).to.deep.equal([
          'has code of its own, and packages/backend/src/refresh.ts imports it',
        ]);
      });
    }

    it('leaves it to people where the name is the function itself', async () => {
      const named = text.replace('export default async function', 'export async function');
      const plan = await importedBy(
        "import { createPlugin } from './plugins/catalog';",
        `${named}\nexport default createPlugin;\n`,
      );
      expect(manual(plan)).to.deep.equal([
        'has code of its own, and packages/backend/src/refresh.ts imports it',
      ]);
    });

    it('leaves it to people where they are given what the catalog no longer has', async () => {
      const plan = await importedBy(
        "import { engines } from './plugins/catalog';",
        text
          .replace('export const providers', 'export const engines = [];\nconst providers')
          .replace('  return router;', '  engines.push(processingEngine);\n  return router;'),
      );
      expect(manual(plan)).to.have.length(1);
    });
  });

  describe('that returns before it makes all providers', () => {
    const AUTH = 'packages/backend/src/plugins/auth.ts';
    const config = 'auth:\n  providers:\n    github: {}\n    gitlab: {}\n    keycloak: {}\n';
    const body = `  const options = {
    config: env.config,
    providerFactories: { gitlab: providers.gitlab.create() },
  };
  const isLocal = env.config.has('local');
  if (isLocal) return createRouter(options);
  options.providerFactories.github = providers.github.create({
    signIn: { resolver: providers.github.resolvers.usernameMatchingUserEntityName() },
  });
  return await createRouter(options);`;
    const names = 'createRouter, defaultAuthProviderFactories, providers';
    const convertAuth = (lines: string): Promise<MigrationPlan> => {
      const text = pluginFile(
        [`import { ${names} } from '@backstage/plugin-auth-backend';`],
        lines,
      );
      return convert('auth', text, { config });
    };

    it('makes only those that follow in code', async () => {
      const plan = await convertAuth(body);
      expect(after(plan, AUTH)).to.contain(`        const isLocal = env.config.has('local');
        if (isLocal) {
          return;
        }
        authProviders.registerProvider({
          providerId: 'github',
          factory: createOAuthProviderFactory({
            authenticator: githubAuthenticator,
            signInResolver: githubSignInResolvers.usernameMatchingUserEntityName(),
          }),
        });
`);
      expect(after(plan, AUTH)).not.to.contain('gitlab');
      expect(after(plan, INDEX)).to.contain("auth-backend-module-gitlab-provider'");
      expect(after(plan, INDEX)).not.to.contain('auth-backend-module-github-provider');
      expect(plan.edits.map(each => each.file)).not.to.include(CONFIG);
    });

    for (const [what, from, to] of [
      [
        'has another provider of that id',
        'gitlab: providers.gitlab.create()',
        '...defaultAuthProviderFactories',
      ],
      [
        'makes a provider twice',
        'options.providerFactories.github',
        'options.providerFactories.gitlab',
      ],
      [
        'returns with other options',
        'return createRouter(options)',
        'return createRouter({ ...env, providerFactories: {} })',
      ],
      [
        'returns with options of another variable',
        "  const isLocal = env.config.has('local');\n  if (isLocal) return createRouter(options)",
        "  const isLocal = { config: env.config, providerFactories: {} };\n  if (env.config.has('local')) return createRouter(isLocal)",
      ],
      [
        'says something as it returns',
        'return createRouter(options);',
        "{ env.logger.info('local'); return createRouter(options); }",
      ],
      [
        'has an else',
        'return createRouter(options);',
        "return createRouter(options); else env.logger.info('shared');",
      ],
      [
        'changes other options',
        '  options.providerFactories',
        '  options.config = env.config;\n  options.providerFactories',
      ],
      ['decides by the options', "env.config.has('local')", "options.config.has('local')"],
      [
        'decides by a published provider',
        "env.config.has('local')",
        "'saml' in defaultAuthProviderFactories",
      ],
      [
        'chooses a provider by a computed id',
        'options.providerFactories.github',
        "options.providerFactories[env.config.getString('id')]",
      ],
      [
        'is given what it makes itself',
        'config: env.config,\n',
        'config: env.config,\n    database: env.database.forAuth(isLocal),\n',
      ],
    ]) {
      it(`leaves a function to people that ${what}`, async () => {
        expect(body).to.contain(from);
        expect(manual(await convertAuth(body.replace(from, () => to)))).to.have.length(1);
      });
    }
  });
});
