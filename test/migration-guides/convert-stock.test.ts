import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyPlan, planConvert, scanBackend, type MigrationPlan } from 'backstage-forklift/guides';
import {
  after,
  catalogFile,
  CONFIG,
  convert,
  INDEX,
  MANIFEST,
  pluginFile,
  repositoryWith,
} from './stock-repository';
import { readFiles, removeRepositories } from './temporary-repository';

const APP = 'packages/app/src/App.tsx';

const SCAFFOLDER = pluginFile(
  ["import { createRouter } from '@backstage/plugin-scaffolder-backend';"],
  '  return await createRouter({ logger: env.logger, config: env.config });',
);

const AUTH = pluginFile(
  ["import { createRouter } from '@backstage/plugin-auth-backend';"],
  '  return await createRouter({ logger: env.logger, config: env.config });',
);

describe('forklift convert of a stock plugin', () => {
  afterEach(removeRepositories);

  describe('loses nothing', () => {
    it('of the schedule of a provider that is configured elsewhere', async () => {
      const plan = await convert(
        'catalog',
        catalogFile(
          [
            "import { GithubEntityProvider } from '@backstage/plugin-catalog-backend-module-github';",
          ],
          `  builder.addEntityProvider(
    GithubEntityProvider.fromConfig(env.config, {
      schedule: env.scheduler.createScheduledTaskRunner({ frequency: { hours: 1 }, timeout: { minutes: 1 } }),
    }),
  );`,
        ),
      );
      expect(
        plan.report.filter(each => each.outcome === 'manual').map(each => each.reason),
      ).to.deep.equal([
        'needs catalog.providers.github.schedule: { frequency: { hours: 1 }, timeout: { minutes: 1 } } where the provider is configured',
      ]);
    });

    it('of a schedule that the configuration has otherwise', async () => {
      const text = catalogFile(
        ["import { GithubEntityProvider } from '@backstage/plugin-catalog-backend-module-github';"],
        `  builder.addEntityProvider(
    GithubEntityProvider.fromConfig(env.config, {
      schedule: env.scheduler.createScheduledTaskRunner({ frequency: { hours: 1 }, timeout: { minutes: 1 } }),
    }),
  );`,
      );
      const configured = (hours: number): string =>
        `catalog:\n  providers:\n    github:\n      acme:\n        schedule: { timeout: { minutes: 1 }, frequency: { hours: ${hours} } }\n`;
      const manual = async (hours: number): Promise<unknown[]> => {
        const { report } = await convert('catalog', text, { config: configured(hours) });
        return report.filter(each => each.outcome === 'manual').map(each => each.reason);
      };
      expect(await manual(2)).to.deep.equal([
        'catalog.providers.github.acme.schedule is another than in the code, which went first: { frequency: { hours: 1 }, timeout: { minutes: 1 } }',
      ]);
      expect(await manual(1)).to.deep.equal([]);
    });

    it('of comments below a key after which a setting goes', async () => {
      const config = `backend:
  database:
    client: pg
    connection:
      password: secret
      # For TLS
      # ssl:

      #   ca: none
    # plugin: {}
  cache: memory
`;
      const root = repositoryWith('auth', AUTH, { config });
      writeFileSync(
        join(root, INDEX),
        `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('auth', import('./plugins/auth'), { envId: 'sign-in' }));

backend.start();
`,
      );
      const plan = await planConvert(root, 'auth');
      expect(after(plan, CONFIG)).to.equal(
        config.replace(
          '    # plugin: {}',
          `    plugin:
      auth:
        connection:
          database: backstage_plugin_sign-in
    # plugin: {}`,
        ),
      );
    });

    it('of the processing interval', async () => {
      const plan = await convert(
        'catalog',
        catalogFile([], '  builder.setProcessingIntervalSeconds(10);'),
      );
      expect(after(plan, CONFIG)).to.contain('catalog:\n  processingInterval: { seconds: 10 }\n');
    });

    it('of a processing interval that is computed', async () => {
      const plan = await convert(
        'catalog',
        catalogFile([], "  builder.setProcessingIntervalSeconds(env.config.getNumber('a'));"),
      );
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0]).to.include({ outcome: 'manual', guide: 'replace-stock#catalog' });
    });

    it('of the source control actions, by the integrations that are configured', async () => {
      const plan = await convert('scaffolder', SCAFFOLDER, {
        config: 'integrations:\n  bitbucketCloud: []\n  github:\n    - host: github.com\n',
      });
      expect(after(plan, INDEX)).to.contain("-scaffolder-backend-module-bitbucket-cloud'");
      expect(after(plan, INDEX)).to.contain("-scaffolder-backend-module-github'");
      expect(after(plan, INDEX)).not.to.contain('gitlab');
    });

    it('of the source control actions, when no integration says which', async () => {
      const plan = await convert('scaffolder', SCAFFOLDER);
      expect(plan.report.filter(each => each.outcome === 'manual')[0].reason).to.match(
        /^the actions for GitHub, GitLab and others were built in/,
      );
    });

    it('of a provider that is only configured', async () => {
      const plan = await convert('auth', AUTH, {
        config: 'auth:\n  providers:\n    okta:\n      production: {}\n',
      });
      expect(after(plan, INDEX)).to.contain(
        "'@backstage/plugin-auth-backend-module-okta-provider'",
      );
      expect(after(plan, MANIFEST)).to.contain('plugin-auth-backend-module-okta-provider');
    });

    it('of a provider that no module stands for', async () => {
      const plan = await convert('auth', AUTH, {
        config: 'auth:\n  providers:\n    saml:\n      production: {}\n',
      });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].reason).to.match(/saml/);
    });

    it('of a search engine that is chosen in code', async () => {
      const text = pluginFile(
        [
          "import { createRouter } from '@backstage/plugin-search-backend';",
          "import { IndexBuilder, LunrSearchEngine } from '@backstage/plugin-search-backend-node';",
          "import { OwnEngine } from '../engine';",
        ],
        `  const searchEngine = process.env.OWN ? new OwnEngine() : new LunrSearchEngine({ logger: env.logger });
  const indexBuilder = new IndexBuilder({ logger: env.logger, searchEngine });
  const { scheduler } = await indexBuilder.build();
  scheduler.start();
  return await createRouter({ engine: indexBuilder.getSearchEngine() });`,
      );
      const plan = await convert('search', text);
      expect(after(plan, 'packages/backend/src/plugins/search.ts')).to.contain(
        'engineRegistry.setSearchEngine(searchEngine);',
      );
    });

    it('of a value that the old plugin was given', async () => {
      const text = pluginFile(
        [
          "import { createRouter } from '@backstage/plugin-proxy-backend';",
          "import { auditing } from '../audit';",
        ],
        '  const discovery = auditing(env.discovery);\n  return await createRouter({ discovery });',
      );
      const plan = await convert('proxy', text);
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].outcome).to.equal('manual');
    });

    it('of routes on the router of the old plugin', async () => {
      const text = catalogFile([], '').replace(
        'return router',
        "router.get('/own', () => {});\n  return router",
      );
      const plan = await convert('catalog', text);
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].reason).to.equal('uses router of the old catalog');
    });

    it('of guests, where the front end has a page for them or none at all', async () => {
      const page = "SignInPage: props => <SignInPage {...props} auto providers={['guest']} />";
      const withPage = await convert('auth', AUTH, {
        files: { [APP]: `createApp({ ${page} });\n` },
      });
      const without = await convert('auth', AUTH, { files: { [APP]: 'createApp({});\n' } });
      for (const plan of [withPage, without]) {
        expect(after(plan, INDEX)).to.contain("-auth-backend-module-guest-provider'");
        expect(after(plan, CONFIG)).to.contain('auth:\n  providers:\n    guest: {}\n');
      }
      expect(withPage.report.filter(each => each.outcome === 'manual')).to.deep.equal([]);
      expect(without.report.find(each => each.outcome === 'manual')?.file).to.equal(APP);
    });
  });

  it('keeps comments and what stands around in the configuration', async () => {
    const config = [
      '# where we are',
      'app: # the front end',
      '  title: Portal',
      '',
      'catalog: # all we know',
      '  # and its rules',
      '  rules: []',
      'auth: {}',
      '',
    ].join('\n');
    const plan = await convert(
      'catalog',
      catalogFile([], '  builder.setProcessingIntervalSeconds(10);'),
      {
        config,
      },
    );
    expect(after(plan, CONFIG)).to.equal(
      config.replace('  rules: []\n', '  rules: []\n  processingInterval: { seconds: 10 }\n'),
    );
  });

  it('writes all that it has to say into one configuration file', async () => {
    const root = repositoryWith(
      'catalog',
      catalogFile([], '  builder.setProcessingIntervalSeconds(10);'),
      {
        config: 'backend:\n  database:\n    client: pg\n    connection: ${DATABASE}\n',
      },
    );
    const index = readFiles(root)[INDEX].replace("'))", "'), { envId: 'old_catalog' })");
    writeFileSync(join(root, INDEX), index);
    await applyPlan(await planConvert(root, 'catalog'));
    expect(readFiles(root)[CONFIG]).to.equal(
      [
        'backend:',
        '  database:',
        '    client: pg',
        '    connection: ${DATABASE}',
        '    plugin:',
        '      catalog:',
        '        connection:',
        '          database: backstage_plugin_old_catalog',
        'catalog:',
        '  processingInterval: { seconds: 10 }',
        '',
      ].join('\n'),
    );
  });

  it('says what people have to read when it raises a version', async () => {
    const plan = await convert('scaffolder', SCAFFOLDER, {
      dependencies: { '@backstage/plugin-scaffolder-backend': '^1.14.0' },
    });
    expect(plan.report.map(each => each.reason)).to.include(
      'depends on @backstage/plugin-scaffolder-backend ^1.26.0 instead of ^1.14.0: read its changelog in between',
    );
  });

  it('raises nothing on stock Backstage', async () => {
    const plan = await convert('scaffolder', SCAFFOLDER, {
      dependencies: { '@backstage/plugin-scaffolder-backend': '^1.14.0' },
      runtime: '@backstage/backend-defaults',
    });
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0].reason).to.match(/upgrade it first, now it is \^1\.14\.0$/);
  });

  it('raises nothing that other code of the backend would break with', async () => {
    const plan = await convert(
      'proxy',
      pluginFile(
        ["import { createRouter } from '@backstage/plugin-proxy-backend';"],
        '  return await createRouter({ config: env.config });',
      ),
      {
        dependencies: { '@backstage/plugin-proxy-backend': '^0.2.0' },
        files: {
          'packages/backend/src/other.ts':
            "import { x } from '@backstage/plugin-proxy-backend';\nx();\n",
        },
      },
    );
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0].reason).to.equal(
      'needs @backstage/plugin-proxy-backend ^0.5.7 instead of ^0.2.0, and packages/backend/src/other.ts imports it as well: convert that first',
    );
  });

  it('removes what the lift declared for old plugins with the last of them', async () => {
    const root = repositoryWith('scaffolder', SCAFFOLDER, {
      files: {
        [INDEX]: `import { createBackend, createServiceRef } from 'backstage-forklift';
import { makeLegacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

const clientServiceRef = createServiceRef<string>({ id: 'environment.client' });

const legacyPlugin = makeLegacyPlugin({ client: clientServiceRef }, {});

backend.add(legacyPlugin('scaffolder', import('./plugins/scaffolder')));

backend.start();
`,
      },
    });
    expect(after(await planConvert(root, 'scaffolder'), INDEX)).to
      .equal(`import { createBackend } from 'backstage-forklift';

const backend = createBackend();

backend.add(import('@backstage/plugin-scaffolder-backend'));

backend.start();
`);
  });

  describe('removes the old environment with the last plugin', () => {
    const TYPES = 'packages/backend/src/types.ts';
    const TEST = 'packages/backend/src/index.test.ts';
    const files = {
      [TYPES]:
        "import { Config } from '@backstage/config';\n\nexport type PluginEnvironment = { config: Config };\n",
      [TEST]:
        "import { PluginEnvironment } from './types';\n\nit('unbreaks the test runner', () => {\n  expect({} as PluginEnvironment).toBeTruthy();\n});\n",
    };
    const removed = (plan: MigrationPlan): string[] =>
      plan.edits.filter(each => each.after === null).map(each => each.file);

    it('and the placeholder of a test', async () => {
      const plan = await convert('scaffolder', SCAFFOLDER, { files });
      expect(removed(plan)).to.include.members([TYPES, TEST]);
    });

    it('unless something else imports it', async () => {
      const other = {
        'packages/backend/src/own.ts':
          "import { PluginEnvironment } from './types';\nexport type Own = PluginEnvironment;\n",
      };
      const plan = await convert('scaffolder', SCAFFOLDER, { files: { ...files, ...other } });
      expect(removed(plan)).not.to.include(TYPES);
    });

    it('unless it has more than types', async () => {
      const plan = await convert('scaffolder', SCAFFOLDER, {
        files: { ...files, [TYPES]: `${files[TYPES]}export const answer = 42;\n` },
      });
      expect(removed(plan)).not.to.include(TYPES);
    });
  });

  it('has nothing to do the second time, also where code is kept', async () => {
    const root = repositoryWith(
      'catalog',
      catalogFile(
        ["import { Own } from '../own';"],
        '  builder.addProcessor(new Own(env.logger));',
      ),
    );
    await applyPlan(await planConvert(root, 'catalog'));
    const before = readFiles(root);
    expect((await planConvert(root, 'catalog')).edits).to.deep.equal([]);
    const { state, plugins } = await scanBackend(root);
    expect(state).to.equal('native');
    expect(plugins.map(each => each.id)).to.include('catalog-custom-extensions');
    expect(readFiles(root)).to.deep.equal(before);
  });
});
