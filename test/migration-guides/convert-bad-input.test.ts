import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyPlan, planConvert, planLift, scanBackend } from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const CATALOG = 'packages/backend/src/plugins/catalog.ts';

const LIFTED = `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('catalog', import('./plugins/catalog')));

backend.start();
`;

const PLUGIN = `import { CatalogBuilder } from '@backstage/plugin-catalog-backend';
import { Own } from '../own';
import { PluginEnvironment } from '../types';

export default async function createPlugin(env: PluginEnvironment) {
  const builder = await CatalogBuilder.create(env);
  builder.addProcessor(new Own(env.config));
  builder.setProcessingIntervalSeconds(10);
  const { processingEngine, router } = await builder.build();
  await processingEngine.start();
  return router;
}
`;

const CONFIG = '# ours\napp: {}\n';

function lifted(files: Record<string, string> = {}): string {
  return makeRepository({
    [INDEX]: LIFTED,
    [CATALOG]: PLUGIN,
    'app-config.yaml': CONFIG,
    ...files,
  });
}

/** The error of a step, which must have changed nothing. */
async function refusalOf(
  root: string,
  step: () => Promise<unknown>,
): Promise<{ code: string; message: string }> {
  const before = readFiles(root);
  const error = await step().then(
    () => expect.fail('it was not refused'),
    (each: unknown) => each,
  );
  expect(readFiles(root)).to.deep.equal(before);
  return error as { code: string; message: string };
}

describe('forklift with bad input', () => {
  afterEach(removeRepositories);

  it('keeps line ends and byte order marks of all that it edits', async () => {
    const plain = lifted();
    await applyPlan(await planConvert(plain, 'catalog'));
    const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    const root = lifted({
      [INDEX]: windows(LIFTED),
      [CATALOG]: windows(PLUGIN),
      'app-config.yaml': windows(CONFIG),
    });
    await applyPlan(await planConvert(root, 'catalog'));
    const [expected, found] = [readFiles(plain), readFiles(root)];
    for (const file of [INDEX, CATALOG, 'app-config.yaml']) {
      expect(found[file], file).to.equal(windows(expected[file]));
    }
  });

  it('refuses a plugin file that is not UTF-8', async () => {
    const root = lifted();
    writeFileSync(join(root, CATALOG), Buffer.from([0x2f, 0x2f, 0xe9, 0x0a]));
    const { code, message } = await refusalOf(root, () => planConvert(root, 'catalog'));
    expect(code).to.equal('UNREADABLE_FILE');
    expect(message).to.equal(`${CATALOG} is not UTF-8 text. Save it as UTF-8 first`);
  });

  it('refuses a plugin file that does not parse, with the place', async () => {
    const root = lifted({ [CATALOG]: 'export default async function (env {\n' });
    const { code, message } = await refusalOf(root, () => planConvert(root, 'catalog'));
    expect(code).to.equal('UNPARSABLE_FILE');
    expect(message).to.match(
      /^packages\/backend\/src\/plugins\/catalog\.ts:1:\d+ does not parse: /,
    );
  });

  it('lists a plugin whose file can not be read, and converts the others', async () => {
    const root = lifted({
      [INDEX]: LIFTED.replace(
        'backend.start',
        "backend.add(legacyPlugin('todo', import('./plugins/todo')));\n\nbackend.start",
      ),
      'packages/backend/src/plugins/todo.ts': "import { PluginEnvironment } from '../types';\n(",
      'packages/backend/src/types.ts': 'export type PluginEnvironment = { config: object };\n',
    });
    const todo = (await scanBackend(root)).plugins.find(each => each.id === 'todo');
    expect(todo).to.include({ style: 'unknown', file: 'packages/backend/src/plugins/todo.ts' });
    expect(todo?.notes.join()).to.match(
      /^packages\/backend\/src\/plugins\/todo\.ts:2:2 does not parse/,
    );
    writeFileSync(join(root, 'packages/backend/src/plugins/todo.ts'), Buffer.from([0xe9, 0x0a]));
    await applyPlan(await planConvert(root, 'catalog'));
    const states = (await scanBackend(root)).plugins.map(each => [each.id, each.state]);
    expect(states).to.deep.include(['catalog', 'native']).and.deep.include(['todo', 'forklifted']);
  });

  it('lists an old plugin whose file does not parse, and lifts it as it is', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
      }),
      'packages/backend/src/plugins/todo.ts': 'export default (',
    });
    const { plugins } = await scanBackend(root);
    expect(plugins[0].notes.join()).to.contain('does not parse');
    await applyPlan(await planLift(root));
    expect(readFiles(root)[INDEX]).to.contain("legacyPlugin('todo', import('./plugins/todo'))");
  });

  it('names the package.json of a backend that is no JSON object', async () => {
    for (const text of ['{ "name": ', '[]']) {
      const root = lifted({ 'packages/backend/package.json': text });
      const { code, message } = await refusalOf(root, () => planConvert(root, 'catalog'));
      expect(code).to.equal('UNREADABLE_FILE');
      expect(message).to.match(/packages\/backend\/package\.json is not a JSON object/);
    }
  });

  it('refuses a plugin file that is nested too deeply to be walked', async () => {
    for (const deep of [
      `${'['.repeat(3000)}${']'.repeat(3000)}`,
      Array(6000).fill('1').join('+'),
    ]) {
      const root = lifted({ [CATALOG]: `${PLUGIN}const deep = ${deep};\n` });
      const { code, message } = await refusalOf(root, () => planConvert(root, 'catalog'));
      expect(code).to.equal('UNPARSABLE_FILE');
      expect(message).to.match(/catalog\.ts is nested too deeply to be read/);
    }
  });

  it('refuses a file whose lines end with carriage returns only', async () => {
    const root = lifted({ [INDEX]: LIFTED.replaceAll('\n', '\r') });
    const { code } = await refusalOf(root, () => planConvert(root, 'catalog'));
    expect(code).to.equal('UNREADABLE_FILE');
  });

  it('leaves a configuration file alone that is no YAML, and the code with it', async () => {
    const root = lifted({ 'app-config.yaml': 'app: [\n' });
    const { edits, report } = await planConvert(root, 'catalog');
    expect(edits).to.deep.equal([]);
    expect(report[0].outcome).to.equal('manual');
    expect(report[0].reason).to.match(/app-config\.yaml, which can not be edited/);
  });

  it('does without a tsconfig.json and without anything installed', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
      }),
    });
    expect((await planLift(root)).edits.map(each => each.file)).to.include(INDEX);
  });

  it('says of a backend that is lifted already that there is nothing to lift', async () => {
    const root = lifted();
    const { edits, report } = await planLift(root);
    expect(edits).to.deep.equal([]);
    expect(report).to.deep.equal([
      {
        file: INDEX,
        outcome: 'skipped',
        reason: 'does not call createServiceBuilder: nothing to lift',
        guide: 'lift',
      },
    ]);
  });

  it('keeps a plugin file that index.ts mounts once more', async () => {
    const second =
      "backend.add(legacyPlugin('other', import('./plugins/catalog')));\n\nbackend.start";
    const root = lifted({
      [INDEX]: LIFTED.replace('backend.start', second),
      [CATALOG]: PLUGIN.replace("import { Own } from '../own';\n", '').replace(
        / {2}builder\.add.*\n/,
        '',
      ),
    });
    await applyPlan(await planConvert(root, 'catalog'));
    expect(readFiles(root)[INDEX]).to.contain("legacyPlugin('other', import('./plugins/catalog'))");
    expect(readFiles(root)).to.have.property(CATALOG);
  });

  it('touches no generated file', async () => {
    const generated = {
      'packages/backend/dist/index.cjs.js': "require('@backstage/backend-common');\n",
    };
    const root = lifted(generated);
    await applyPlan(await planConvert(root, 'catalog'));
    for (const [file, text] of Object.entries(generated)) {
      expect(readFileSync(join(root, file), 'utf8')).to.equal(text);
    }
    expect((await scanBackend(root)).plugins.map(each => each.state)).to.deep.equal([
      'native',
      'native',
    ]);
  });
});
