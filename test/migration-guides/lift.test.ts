import { expect } from 'chai';
import { applyPlan, planLift } from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';

/** The lifted index.ts of a repository. */
async function lift(index: string): Promise<string> {
  const plan = await planLift(makeRepository({ [INDEX]: index }));
  return plan.edits.find(each => each.file === INDEX)?.after ?? '';
}

/** What stands between the creation and the start of the backend. */
function bodyOf(index: string): string {
  return /createBackend\(\);\n\n([\s\S]*)\nbackend\.start\(\);\n$/.exec(index)?.[1] ?? index;
}

/** Default imports for the plugins that some lines mount. */
function importsFor(lines: string): string {
  const names = [...lines.matchAll(/await (\w+)\(/g)].map(([, name]) => name);
  return [...new Set(names)].map(name => `import ${name} from './plugins/${name}';`).join('\n');
}

/** True when the lines themselves declare what an import would. */
function isLocal(declaration: string, body: string): boolean {
  return new RegExp(`\\b${/import (\w+)/.exec(declaration)?.[1]}\\b[\\]:]`).test(body);
}

function indexOfCase(blocks: Readonly<Record<string, string>>): string {
  const lines = blocks.before.split('\n');
  const own = [blocks.imports ?? '', ...lines.filter(line => line.startsWith('import '))].join(
    '\n',
  );
  const body = lines.filter(line => !line.startsWith('import ')).join('\n');
  const needed = importsFor(body + (blocks.builder ?? ''))
    .split('\n')
    .filter(line => !own.includes(/import (\w+)/.exec(line)?.[1] ?? '') && !isLocal(line, body));
  return oldIndex(body, { ...blocks, imports: [...needed, own].join('\n') });
}

describe('forklift lift', () => {
  afterEach(removeRepositories);

  describe('does what its guide shows', () => {
    for (const { title, blocks } of readmeCases('lift')) {
      it(title, async () => {
        const config: Record<string, string> =
          blocks.config === undefined ? {} : { 'app-config.yaml': blocks.config };
        const plan = await planLift(makeRepository({ [INDEX]: indexOfCase(blocks), ...config }));
        const textOf = (file: string) => plan.edits.find(each => each.file === file)?.after;
        expect(bodyOf(textOf(INDEX) ?? '')).to.equal(blocks.after);
        expect(textOf('app-config.yaml')).to.equal(blocks['config-after']);
      });
    }
  });

  it('makes a whole file that starts a backend', async () => {
    const index = oldIndex(
      "const todoEnv = useHotMemoize(module, () => createEnv('todo'));\n" +
        "apiRouter.use('/todo', await todo(todoEnv));",
      { imports: "import todo from './plugins/todo';" },
    );
    expect(await lift(`/*\n * Licensed to us\n */\n\n${index}`)).to.equal(`/*
 * Licensed to us
 */

import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('todo', import('./plugins/todo')));

backend.start();
`);
  });

  it('takes createBackend from Backstage when told', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
      }),
    });
    const plan = await planLift(root, { runtime: 'backstage' });
    expect(plan.edits[0].after).to.contain(
      "import { createBackend } from '@backstage/backend-defaults';\n",
    );
    expect(plan.report).to.deep.include({
      file: 'packages/backend/package.json',
      outcome: 'manual',
      reason: 'needs @backstage/backend-defaults in the version of your Backstage release',
      guide: 'lift#dependencies',
    });
  });

  it('adds itself to the dependencies and changes nothing else in package.json', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
      }),
    });
    const before = readFiles(root)['packages/backend/package.json'];
    const plan = await planLift(root, { forkliftVersion: '1.2.3' });
    const after = plan.edits.find(each => each.file.endsWith('package.json'))?.after;
    expect(after).to.equal(
      before.replace('    "winston"', '    "backstage-forklift": "1.2.3",\n    "winston"'),
    );
  });

  it('keeps line ends and the byte order mark', async () => {
    const index = oldIndex("// why\napiRouter.use('/todo', await todo(createEnv('todo')));", {
      imports: "import todo from './plugins/todo';",
    });
    const plain = await lift(index);
    const windows = await lift(`\uFEFF${index.replaceAll('\n', '\r\n')}`);
    expect(windows).to.equal(`\uFEFF${plain.replaceAll('\n', '\r\n')}`);
  });

  it('writes like the file: quotes and semicolons', async () => {
    const index = oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
      imports: "import todo from './plugins/todo';",
    });
    const styled = await lift(index.replaceAll("'", '"').replaceAll(/;$/gm, ''));
    expect(styled).to.equal(
      'import { createBackend } from "backstage-forklift"\n' +
        'import { legacyPlugin } from "backstage-forklift/legacy"\n\n' +
        'const backend = createBackend()\n\n' +
        'backend.add(legacyPlugin("todo", import("./plugins/todo")))\n\n' +
        'backend.start()\n',
    );
  });

  it('has nothing to do the second time', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
      }),
    });
    await applyPlan(await planLift(root));
    const again = await planLift(root);
    expect(again.edits).to.deep.equal([]);
    expect(again.report.map(each => each.outcome)).to.deep.equal(['skipped']);
  });

  it('does not mistake a name for another that is shadowed', async () => {
    const body = bodyOf(
      await lift(
        oldIndex(
          "const todoEnv = createEnv('todo');\n" +
            "apiRouter.use('/todo', await todo(todoEnv, { read: (todoEnv: string) => todoEnv }));",
          { imports: "import todo from './plugins/todo';" },
        ),
      ),
    );
    expect(body).to.contain('args: [{ read: (todoEnv: string) => todoEnv }]');
  });

  it('leaves out a try statement around the builder, and keeps what is in it', async () => {
    const index = oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
      imports: "import todo from './plugins/todo';\nimport app from './plugins/app';",
      builder: ".addRouter('/api', apiRouter).addRouter('', await app(createEnv('app')))",
    }).replace(
      /( {2}const service = [\s\S]*?\n)}\n\nmodule/,
      "  try {\n    console.log('Starting');\n  $1  } catch (error) {\n    console.error(error);\n  }\n}\n\nmodule",
    );
    const root = makeRepository({ [INDEX]: index });
    const { edits, report } = await planLift(root);
    expect(bodyOf(edits.find(each => each.file === INDEX)?.after ?? '')).to.equal(
      "backend.add(legacyPlugin('todo', import('./plugins/todo')));\n" +
        "console.log('Starting');\n" +
        "backend.add(legacyPlugin('app', import('./plugins/app'), { path: '/' }));\n",
    );
    expect(report.map(each => each.outcome)).not.to.contain('manual');
    expect(report.map(each => each.reason).join()).to.contain('left out: a backend that fails');
  });

  it('moves a condition around mounts of several lines', async () => {
    const text = await lift(
      oldIndex(
        "if (config.has('todo')) {\n  const todoEnv = useHotMemoize(\n    module,\n    () => createEnv('todo'),\n  );\n" +
          "  apiRouter.use(\n    '/todo',\n    await todo(todoEnv, {\n      ids: ['a'],\n    }),\n  );\n  note(\n    'on',\n  );\n}",
        { imports: "import todo from './plugins/todo';\nimport note from './note';" },
      ),
    );
    expect(text).to.contain(`      if (config.has('todo')) {
        yield legacyPlugin('todo', import('./plugins/todo'), {
          args: [
            {
              ids: ['a'],
            },
          ],
        });
        note(
          'on',
        );
      }
`);
  });

  it('does not put a name of main() beside the same name outside of it', async () => {
    const text = await lift(
      oldIndex(
        "const backend = process.env.NAME;\napiRouter.use('/todo', await todo(createEnv('todo'), backend));",
        { imports: "import todo from './plugins/todo';" },
      ),
    );
    expect(text.match(/const backend = /g)).to.have.length(2);
    expect(text).to.match(/loader\(\) \{\n {6}const backend = process\.env\.NAME;/);
    expect(text).to.contain(
      "yield legacyPlugin('todo', import('./plugins/todo'), { args: [backend] });",
    );
  });

  it('says what becomes of every plugin file', async () => {
    const plugins = 'packages/backend/src/plugins';
    const file = 'export default async function createPlugin(env: PluginEnvironment) {}\n';
    const root = makeRepository({
      [INDEX]: oldIndex(
        "const todoRouter = await todo(createEnv('todo'));\n" +
          "apiRouter.use('/todo', todoRouter);\n" +
          "apiRouter.use(`/${process.env.NAME}`, await badges(createEnv('badges')));",
        {
          imports:
            "import todo from './plugins/todo';\nimport badges from './plugins/badges';\nimport app from './plugins/app';\nimport health from './plugins/health';\nimport old from './plugins/old';",
          builder:
            "    .addRouter('/api', apiRouter)\n    .addRouter('', await health(createEnv('health')))\n    .addRouter('', await app(createEnv('app')))",
        },
      ),
      [`${plugins}/todo.ts`]: `import './shared';\n${file}`,
      [`${plugins}/badges.ts`]: file,
      [`${plugins}/app.ts`]: file,
      [`${plugins}/health.ts`]: file,
      [`${plugins}/old.ts`]: file,
      [`${plugins}/shared.ts`]: '',
      [`${plugins}/forgotten.ts`]: file,
      [`${plugins}/todo.test.ts`]: '',
    });
    const { report } = await planLift(root);
    const about = report.filter(each => each.file.startsWith(plugins));
    const said = about.map(each => [
      each.file.slice(plugins.length + 1),
      each.outcome,
      each.reason,
    ]);
    expect(
      Object.fromEntries(said.map(([name, ...rest]) => [name, rest.join(': ')])),
    ).to.deep.equal({
      'todo.ts': "skipped: stays as it is, on legacyPlugin('todo')",
      'badges.ts':
        'manual: stays as it is; its mount is left to you: is mounted at a computed path',
      'app.ts': "skipped: stays as it is, on legacyPlugin('app')",
      'health.ts':
        'manual: stays as it is; its mount is left to you: is served at the root, where only the front end can be',
      'old.ts': 'skipped: stays as it is: index.ts does not use it',
      'shared.ts': 'skipped: stays as it is: todo.ts uses it',
      'forgotten.ts': 'skipped: nothing mounts it',
    });
  });

  const leftToPeople: Record<string, { lines: string; reason: RegExp }> = {
    'a main() that may end early': {
      lines: "if (process.env.OFF) return;\napiRouter.use('/todo', await todo(createEnv('todo')));",
      reason: /leaves main\(\) early/,
    },
    'an argument with a variable called env': {
      lines:
        "const env = process.env;\napiRouter.use('/todo', await todo(createEnv('todo'), config, env.A));",
      reason: /has a variable of its own called env/,
    },
    'a plugin that is given two environments': {
      lines: "apiRouter.use('/todo', await todo(createEnv('todo'), createEnv('catalog')));",
      reason: /uses the environments 'todo' and 'catalog' at once/,
    },
    'a plugin whose errors are caught': {
      lines:
        "try {\n  apiRouter.use('/todo', await todo(createEnv('todo')));\n} catch {\n  console.log('off');\n}",
      reason: /catches what goes wrong in a plugin/,
    },
    'environments of another configuration': {
      lines:
        "const other = makeCreateEnv(new ConfigReader({}));\napiRouter.use('/todo', await todo(other('todo')));",
      reason: /makes environments from another configuration/,
    },
    'a second plugin at the same address': {
      lines:
        "apiRouter.use('/todo', await todo(createEnv('todo')));\napiRouter.use('/todo', await todo(createEnv('todo')));",
      reason: /is mounted at \/api\/todo a second time/,
    },
    'a router handed to other code': {
      lines: "mountMore(apiRouter);\napiRouter.use('/todo', await todo(createEnv('todo')));",
      reason: /hands apiRouter to code that is not understood/,
    },
  };
  for (const [what, { lines, reason }] of Object.entries(leftToPeople)) {
    it(`leaves ${what} to people, and says so`, async () => {
      const root = makeRepository({
        [INDEX]: oldIndex(lines, { imports: "import todo from './plugins/todo';" }),
      });
      const { report } = await planLift(root);
      const manual = report.filter(each => each.outcome === 'manual');
      expect(manual.map(each => each.reason).join('\n')).to.match(reason);
    });
  }

  for (const config of ['backend:\n  listen: :7007\n', 'backend:\n  listen:\n    port: 1\n']) {
    it(`leaves a port to people that ${JSON.stringify(config)} says already`, async () => {
      const index = oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
        imports: "import todo from './plugins/todo';",
        builder: ".setPort(7008).addRouter('/api', apiRouter)",
      });
      const plan = await planLift(makeRepository({ [INDEX]: index, 'app-config.yaml': config }));
      expect(plan.edits.map(each => each.file)).not.to.include('app-config.yaml');
      expect(plan.edits[0].after).to.contain('// .setPort(7008)');
    });
  }

  it('warns that requests need a token, unless the configuration says that they do not', async () => {
    const index = oldIndex("apiRouter.use('/todo', await todo(createEnv('todo')));", {
      imports: "import todo from './plugins/todo';",
    });
    const closed = await planLift(makeRepository({ [INDEX]: index }));
    expect(closed.warnings.join()).to.contain('lift#authentication');
    const open = await planLift(
      makeRepository({
        [INDEX]: index,
        'app-config.yaml': 'backend:\n  auth:\n    dangerouslyDisableDefaultAuthPolicy: true\n',
      }),
    );
    expect(open.warnings.join()).not.to.contain('lift#authentication');
  });
});
