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
  type Setup,
} from './stock-repository';
import { removeRepositories } from './temporary-repository';

const file = (id: string): string => `packages/backend/src/plugins/${id}.ts`;

function kubernetesFile(lines: string, imports: readonly string[] = []): string {
  return pluginFile(
    ["import { KubernetesBuilder } from '@backstage/plugin-kubernetes-backend';", ...imports],
    `  const builder = KubernetesBuilder.createBuilder({ logger: env.logger, config: env.config });
${lines}
  const { router } = await builder.build();
  return router;`,
  );
}

const FLEET = kubernetesFile('  builder.setClusterSupplier(new Fleet());', [
  "import { Fleet } from '../fleet';",
]);

describe('forklift convert of a stock plugin with extensions of its own', () => {
  afterEach(removeRepositories);

  describe('of kubernetes', () => {
    const withVersion = (version: string, runtime?: string): Promise<MigrationPlan> => {
      const dependencies = { '@backstage/plugin-kubernetes-backend': version };
      return convert('kubernetes', FLEET, { dependencies, runtime });
    };

    it('depends on a plugin that has the extension point', async () => {
      const plan = await withVersion('^0.13.0');
      expect(after(plan, MANIFEST)).to.contain('"@backstage/plugin-kubernetes-backend": "^0.18.7"');
      expect(after(plan, MANIFEST)).to.contain('"@backstage/plugin-kubernetes-node": "^0.1.20"');
      expect(after(plan, INDEX)).to.contain("import('@backstage/plugin-kubernetes-backend')");
      const recent = await withVersion('^0.14.0');
      expect(after(recent, MANIFEST)).to.contain('"^0.14.0"');
      expect(after(recent, INDEX)).to.contain(
        "import('@backstage/plugin-kubernetes-backend/alpha')",
      );
    });

    it('says on stock Backstage which version has it', async () => {
      expect(manual(await withVersion('^0.13.0', '@backstage/backend-defaults'))).to.deep.equal([
        '@backstage/plugin-kubernetes-backend has the extension points for code of your own from 0.14.0: upgrade it first, now it is ^0.13.0',
      ]);
    });

    it('does not ask for it where nothing is extended', async () => {
      const dependencies = { '@backstage/plugin-kubernetes-backend': '^0.13.0' };
      const plan = await convert('kubernetes', kubernetesFile(''), { dependencies });
      expect(after(plan, INDEX)).to.contain("import('@backstage/plugin-kubernetes-backend/alpha')");
      expect(after(plan, MANIFEST)).not.to.contain('kubernetes-node');
    });

    it('takes the supplier that a router was made with', async () => {
      const text = pluginFile(
        [
          "import { createRouter } from '@backstage/plugin-kubernetes-backend';",
          "import { Fleet } from '../fleet';",
        ],
        '  return createRouter({ logger: env.logger, config: env.config, clusterSupplier: new Fleet() });',
      );
      const plan = await convert('kubernetes', text);
      expect(after(plan, file('kubernetes'))).to.contain(
        'clusters.addClusterSupplier(new Fleet());',
      );
    });

    it('leaves to people what has no extension point', async () => {
      const text = kubernetesFile('  builder.setProxy(new FleetProxy());', [
        "import { FleetProxy } from '../fleet';",
      ]);
      const [reason] = manual(await convert('kubernetes', text));
      expect(reason).to.equal('uses ../fleet FleetProxy');
    });

    it('keeps a builder of the project, and the plugin that it builds', async () => {
      const text = FLEET.replace('KubernetesBuilder.create', 'FleetBuilder.create').replace(
        'export default',
        'class FleetBuilder extends KubernetesBuilder {}\n\nexport default',
      );
      const plan = await convert('kubernetes', text);
      expect(plan.step).to.equal('convert-plugin-file');
      expect(after(plan, file('kubernetes'))).to.contain(
        '  builder.setClusterSupplier(new Fleet());\n  const { router } = await builder.build();',
      );
    });

    it('leaves a path of the project on the router to people', async () => {
      const text = FLEET.replace(
        '  return router;',
        "  router.use('/fleet', fleet());\n  return router;",
      );
      expect(manual(await convert('kubernetes', text))).to.deep.equal([
        'uses router of the old kubernetes',
      ]);
    });
  });

  describe('of techdocs', () => {
    const techdocs = (lines: string, option = ''): string =>
      pluginFile(
        [
          "import { createRouter, Preparers, Publisher } from '@backstage/plugin-techdocs-backend';",
          "import { own } from '../own';",
        ],
        `  const preparers = await Preparers.fromConfig(env.config, { logger: env.logger, reader: env.reader });
  const publisher = await Publisher.fromConfig(env.config, { logger: env.logger, discovery: env.discovery });
${lines}
  return await createRouter({ preparers, publisher, logger: env.logger, config: env.config${option} });`,
      );

    it('keeps the transport of logs', async () => {
      const plan = await convert('techdocs', techdocs('', ', buildLogTransport: own(env.config)'));
      expect(after(plan, file('techdocs'))).to.contain(
        'builds.setBuildLogTransport(own(env.config));',
      );
    });

    it('registers a preparer of the project, in a version that takes it', async () => {
      const text = techdocs("  preparers.register('url', own(env.reader));");
      const dependencies = {
        '@backstage/plugin-techdocs-backend': '^1.10.0',
        '@backstage/plugin-techdocs-node': '^1.12.0',
      };
      const plan = await convert('techdocs', text, { dependencies });
      const result = after(plan, file('techdocs'));
      expect(result).to.contain('preparers: techdocsPreparerExtensionPoint,');
      expect(result).to.match(/\.registerPreparer\(\s*'url',\s*own\(env\.reader\),?\s*\);/);
      expect(result).not.to.contain('Preparers.fromConfig');
      expect(after(plan, MANIFEST)).to.contain('"@backstage/plugin-techdocs-backend": "^1.11.0"');
      expect(after(plan, MANIFEST)).to.contain('"@backstage/plugin-techdocs-node": "^1.12.12"');
    });

    it('leaves a generator of the project to people', async () => {
      const text = techdocs("  generators.register('techdocs', own());")
        .replace('Preparers, ', 'Generators, Preparers, ')
        .replace(
          '  generators',
          '  const generators = await Generators.fromConfig(env.config, { logger: env.logger });\n  generators',
        )
        .replace('{ preparers,', '{ generators, preparers,');
      expect(manual(await convert('techdocs', text))).to.deep.equal([
        'hands generators to the old techdocs',
      ]);
    });

    it('leaves a publisher of the project to people', async () => {
      const text = techdocs('').replace(
        'preparers, publisher,',
        'preparers, publisher: own(publisher),',
      );
      expect(manual(await convert('techdocs', text))).to.deep.equal(['uses ../own own']);
    });
  });

  describe('of the scaffolder', () => {
    const scaffolder = (options: string): string =>
      pluginFile(
        [
          "import { createRouter } from '@backstage/plugin-scaffolder-backend';",
          "import { actions, filters, globals, broker } from '../own';",
        ],
        `  return await createRouter({ logger: env.logger, config: env.config, ${options} });`,
      );

    it('gives each to the extension point that it is for', async () => {
      const text = scaffolder(
        'actions, additionalTemplateFilters: filters, taskBroker: broker(env.config)',
      );
      const result = after(await convert('scaffolder', text), file('scaffolder'));
      expect(result).to.contain('scaffolder.addActions(...actions);');
      expect(result).to.contain('templating.addTemplateFilters(filters);');
      expect(result).to.contain('taskBroker.setTaskBroker(broker(env.config));');
      expect(result).to.contain('templating: scaffolderTemplatingExtensionPoint,');
      expect(result).to.contain('taskBroker: scaffolderTaskBrokerExtensionPoint,');
    });
  });

  describe('of the catalog', () => {
    const ANALYZERS = ["import { analyzer, analyzers } from '../analyzers';"];

    it('adds analyzers of locations one by one', async () => {
      const text = catalogFile(
        ANALYZERS,
        '  builder.addLocationAnalyzers(analyzer(env.config), analyzer());',
      );
      const dependencies = { '@backstage/plugin-catalog-backend': '^1.20.0' };
      const plan = await convert('catalog', text, { dependencies });
      expect(after(plan, file('catalog'))).to.contain(
        `        catalogAnalysis.addScmLocationAnalyzer(analyzer(env.config));
        catalogAnalysis.addScmLocationAnalyzer(analyzer());`,
      );
      expect(after(plan, MANIFEST)).to.contain('"@backstage/plugin-catalog-backend": "^1.27.0"');
    });

    it('leaves a list of them to people', async () => {
      const text = catalogFile(ANALYZERS, '  builder.addLocationAnalyzers(...analyzers);');
      expect(manual(await convert('catalog', text))).to.deep.equal([
        'gives addLocationAnalyzers a list, of which addScmLocationAnalyzer takes one',
      ]);
    });
  });

  describe('of RBAC', () => {
    const RBAC = '@backstage-community/plugin-rbac-backend';

    const rbac = (provider: string, before = ''): string =>
      pluginFile(
        [`import { PolicyBuilder } from '${RBAC}';`, "import { ids } from '../ids';"],
        `${before}  return await PolicyBuilder.build({ config: env.config, logger: env.logger }, ${provider});`,
      );

    const withArgs = (text: string, args: string): Promise<MigrationPlan> => {
      const index = `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('permission', import('./plugins/permission'), { args: ${args} }));

backend.start();
`;
      return converted(text, { files: { [INDEX]: index } });
    };

    const converted = (text: string, setup: Setup = {}): Promise<MigrationPlan> =>
      convert('permission', text, { dependencies: { [RBAC]: '^5.2.6' }, ...setup });

    for (const [title, text] of [
      ['there', rbac("{ getPluginIds: () => ['catalog', 'kafka'] }")],
      ['in a method', rbac("{ getPluginIds() { return ['catalog', 'kafka']; } }")],
      [
        'in a constant',
        rbac('names', "  const names = { getPluginIds: () => ['catalog', 'kafka'] };\n"),
      ],
    ]) {
      it(`takes a list that is written ${title}`, async () => {
        const plan = await converted(text);
        expect(after(plan, CONFIG)).to.contain('pluginsWithPermission: [catalog, kafka]');
        expect(after(plan, INDEX)).to.contain(`backend.add(import('${RBAC}'));`);
      });
    }

    it('needs no list', async () => {
      const plan = await converted(rbac('').replace(', );', ');'));
      expect(after(plan, INDEX)).to.contain(`backend.add(import('${RBAC}'));`);
      expect(plan.edits.map(each => each.file)).not.to.contain(CONFIG);
    });

    for (const provider of [
      '{ getPluginIds: () => ids() }',
      "{ getPluginIds: () => ['catalog', ...ids()] }",
      "{ getPluginIds: () => { ids(); return ['catalog']; } }",
      "{ getPluginIds: () => ['catalog'], refresh: ids }",
      'ids',
    ]) {
      it(`leaves ${provider} to people`, async () => {
        expect(manual(await converted(rbac(provider)))).to.deep.equal([
          'is given a getPluginIds that does more than to name them',
        ]);
      });
    }

    it('leaves two lists to people', async () => {
      const config = 'permission:\n  rbac:\n    pluginsWithPermission: [catalog]\n';
      const text = rbac("{ getPluginIds: () => ['kafka'] }");
      expect(manual(await converted(text, { config }))).to.deep.equal([
        'says in code and in the configuration what permission.rbac.pluginsWithPermission is',
      ]);
    });

    it('leaves other arguments to people', async () => {
      const text = rbac('names, providers').replace(
        'env: PluginEnvironment',
        'env: PluginEnvironment, names: Names, providers: Provider[]',
      );
      const args = "[{ getPluginIds: () => ['catalog'] }, [staff]]";
      expect(manual(await withArgs(text, args))).to.deep.equal(['is given args']);
    });
  });
});
