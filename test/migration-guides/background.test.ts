import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyPlan, planConvert, planLift, scanBackend } from 'backstage-forklift/guides';
import { mockServices, startTestBackend } from 'backstage-forklift/testing';
import { oldIndex } from './old-index';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const SYNC = 'packages/backend/src/plugins/sync.ts';

const IMPORTS = "import sync from './plugins/sync';\nimport catalog from './plugins/catalog';";

/** A function that starts something: it says what it was given, by a logger. */
const FILE = `import { PluginEnvironment } from '../types';

export default async function sync(env: PluginEnvironment) {
  env.logger.info('synced ' + env.config.getString('app.title'));
}
`;

async function lift(
  lines: string,
  file = FILE,
): Promise<{ index: string; root: string; manual: string[] }> {
  const root = makeRepository({ [INDEX]: oldIndex(lines, { imports: IMPORTS }), [SYNC]: file });
  const plan = await planLift(root);
  await applyPlan(plan);
  const manual = plan.report.filter(each => each.outcome === 'manual').map(each => each.reason);
  return { index: readFiles(root)[INDEX], root, manual };
}

describe('a function of the old backend that makes no router', () => {
  afterEach(removeRepositories);

  it('is lifted to a plugin that serves nothing, where it stood', async () => {
    const { index, manual } = await lift(
      "const syncEnv = useHotMemoize(module, () => createEnv('sync'));\n" +
        'await sync(syncEnv); // every hour\n' +
        "apiRouter.use('/catalog', await catalog(createEnv('catalog')));",
    );
    expect(manual).to.deep.equal([]);
    expect(index).to.contain(
      "backend.add(legacyPlugin('sync', import('./plugins/sync'), { routers: {} })); // every hour\n" +
        "backend.add(legacyPlugin('catalog', import('./plugins/catalog')));",
    );
  });

  it('is not waited for where it was not', async () => {
    const { index } = await lift("sync(createEnv('sync'));");
    expect(index).to.contain("import('./plugins/sync').then(({ default: sync }) => ({");
    expect(index).to.contain('default: env => void sync(env),');
    expect(index).to.contain('{ routers: {} },');
  });

  it('keeps the data of the plugin whose environment it is given', async () => {
    const { index } = await lift(
      "const catalogEnv = createEnv('catalog');\n" +
        'await sync(catalogEnv);\n' +
        "apiRouter.use('/catalog', await catalog(catalogEnv));",
    );
    expect(index).to.match(
      /legacyPlugin\('sync', import\('\.\/plugins\/sync'\), \{\s+envId: 'catalog',\s+routers: \{\},\s+\}\)/,
    );
    expect(index).to.contain("legacyPlugin('catalog', import('./plugins/catalog'))");
  });

  it('is left to a person after the start of the server, and where its result is used', async () => {
    for (const line of [
      "const done = await sync(createEnv('sync'));",
      "await tasks.sync(createEnv('sync'));",
    ]) {
      const { manual, index } = await lift(line);
      expect(manual, line).to.have.length(1);
      expect(index).not.to.contain('legacyPlugin(');
    }
    const old = oldIndex("const syncEnv = createEnv('sync');", { imports: IMPORTS });
    const root = makeRepository({
      [INDEX]: old.replace('  });\n}\n\nmodule', '  });\n  await sync(syncEnv);\n}\n\nmodule'),
      [SYNC]: FILE,
    });
    const plan = await planLift(root);
    expect(plan.report.map(each => each.reason)).to.include('needs syncEnv outside of a plugin');
  });

  const convert = async (lines: string): Promise<{ root: string; logged: string[] }> => {
    const { root } = await lift(lines);
    symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
    await applyPlan(await planConvert(root, 'sync'));
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const feature = require(join(root, SYNC)).default;
    const logged: string[] = [];
    const logger = mockServices.logger.mock({ info: text => void logged.push(text) });
    const config = mockServices.rootConfig.factory({ data: { app: { title: 'Notes' } } });
    const backend = await startTestBackend({ features: [feature, logger.factory, config] });
    await backend.stop();
    return { root, logged };
  };

  it('is converted to a plugin that does the same when the backend starts', async () => {
    const { root, logged } = await convert("await sync(createEnv('sync'));");
    expect(logged).to.include('synced Notes');
    const files = readFiles(root);
    expect(files[SYNC]).to.contain("pluginId: 'sync'");
    expect(files[SYNC]).to.contain('await sync(services);');
    expect(files[SYNC]).not.to.contain('httpRouter');
    expect(files[INDEX]).to.contain("backend.add(import('./plugins/sync'));");
    const { plugins } = await scanBackend(root);
    expect(plugins.map(each => [each.id, each.state])).to.deep.equal([['sync', 'native']]);
    expect((await planConvert(root, 'sync')).edits).to.deep.equal([]);
  });

  it('is left to a person where it shares the data of a plugin', async () => {
    const { root } = await lift(
      "const catalogEnv = createEnv('catalog');\nawait sync(catalogEnv);\napiRouter.use('/catalog', await catalog(catalogEnv));",
      FILE.replace("config.getString('app.title')", 'database'),
    );
    const plan = await planConvert(root, 'sync');
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0]).to.include({
      reason: "shares the database of the plugin 'catalog', which is another one",
      guide: 'convert-plugin-file#database',
    });
  });

  it('is converted without waiting where nobody waited', async () => {
    const { root, logged } = await convert("void sync(createEnv('sync'));");
    expect(readFiles(root)[SYNC]).to.contain('void sync(services);');
    expect(logged).to.include('synced Notes');
  });
});
