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
        "apiRouter.use('/todo', await todo(createEnv('todo')));\napiRouter.use('/todo', await todo(createEnv('todo'), 2));",
      reason: /is mounted at \/api\/todo a second time/,
    },
    'an environment that is for no plugin alone': {
      lines:
        "const { identity } = createEnv('auth');\napiRouter.use('/todo', await todo(createEnv('todo')));",
      reason: /makes an environment that is not for a plugin alone/,
    },
    'a list of plugins that is more than that': {
      lines:
        "const routes = [{ path: '/badges', handler: todo(createEnv('badges')) }];\n" +
        'for (const { path, handler } of routes) apiRouter.use(path, await handler);\n' +
        "apiRouter.use('/todo', await todo(createEnv('todo'), routes));",
      reason: /needs routes, which is not lifted/,
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

  /** The template's index.ts with one plugin, and something changed in it. */
  function changed(what: RegExp, by: string, lines = ''): string {
    const index = oldIndex(`${lines}\napiRouter.use('/todo', await todo(createEnv('todo')));`, {
      imports: "import todo from './plugins/todo';",
    });
    expect(index.search(what), String(what)).to.be.above(0);
    return index.replace(what, by);
  }

  it('puts a discovery of the project in the place of the backend’s own', async () => {
    const index = changed(
      /HostDiscovery\.fromConfig\(config\)/,
      "new OurDiscovery(HostDiscovery.fromConfig(config), 'a')",
    );
    expect(bodyOf(await lift(index))).to.equal(`backend.add(
  createServiceFactory({
    service: coreServices.discovery,
    deps: { config: coreServices.rootConfig },
    factory: ({ config }) =>
      new OurDiscovery(HostDiscovery.fromConfig(config), 'a'),
  }),
);

backend.add(legacyPlugin('todo', import('./plugins/todo')));
`);
  });

  it('makes services of keys with the id of their plugin and with constants of main()', async () => {
    const index = changed(
      /const createEnv = makeCreateEnv\(config\)/,
      'const requests = new Requests();\n  const createEnv = makeCreateEnv(config, requests.current)',
    )
      .replace('makeCreateEnv(config: Config)', 'makeCreateEnv(config: Config, current: Current)')
      .replace(
        'return { logger,',
        'const calls = new Calls({ plugin, current });\n    return { logger, calls,',
      );
    expect(bodyOf(await lift(index))).to.contain(`
      deps: { plugin: coreServices.pluginMetadata },
      factory: async ({ plugin }) =>
        new Calls({ plugin: plugin.getId(), current: requests.current }),
`);
    const late = index.replace('new Requests()', 'new Requests(config)');
    expect(bodyOf(await lift(late))).to.contain('// const calls = new Calls({ plugin, current });');
  });

  it('reads environments that are kept in a constant first', async () => {
    const index = changed(/return (\{ logger, .*\});/, 'const env = $1;\n    return env;');
    expect(await lift(index)).not.to.contain('TODO');
  });

  it('keeps environments that it does not understand in comments', async () => {
    const spread = changed(/permissions, identity \}/, 'permissions, identity, ...more() }');
    expect(bodyOf(await lift(spread))).to.contain(
      'env has ...more(), which is not understood. See forklift guide lift#custom-keys\n// ...more()\n',
    );
    const made = changed(/return (\{ logger, .*\});/, 'return environmentOf($1);');
    expect(bodyOf(await lift(made))).to.match(
      /makes its environment in a way .*\n\/\/ \(plugin: string\): PluginEnvironment => \{\n/,
    );
  });

  it('knows the list of configurations of the first releases', async () => {
    const index = changed(/config = await/, 'configs = await')
      .replace(
        'const createEnv = makeCreateEnv(config)',
        'const reader = ConfigReader.fromConfigs(configs);\n  const createEnv = makeCreateEnv(configs)',
      )
      .replace(
        'makeCreateEnv(config: Config) {',
        'makeCreateEnv(loaded: AppConfig[]) {\n  const config = ConfigReader.fromConfigs(loaded);',
      )
      .replace('loadConfig(config)', 'loadConfig(reader)')
      .replace('import { Config }', 'import { AppConfig, ConfigReader }');
    expect(bodyOf(await lift(index))).to.equal(
      "backend.add(legacyPlugin('todo', import('./plugins/todo')));\n",
    );
  });

  it('calls the configuration what main() calls it', async () => {
    const index = changed(/$/, '', "const port = cfg.getNumber('a');\nlisten(port);").replaceAll(
      /config = await|makeCreateEnv\(config\);|loadConfig\(config\)/g,
      each => each.replace('config', 'cfg'),
    );
    expect(bodyOf(await lift(index))).to.contain(
      'deps: { cfg: coreServices.rootConfig },\n    async *loader({ cfg }) {\n',
    );
  });

  it('keeps what is done when the backend does not start, unless that is the usual', async () => {
    const index = changed(
      /console\.error\('Backend failed to start up', error\)/,
      "page('on call', error)",
    );
    expect(await lift(index)).to.match(
      /\nbackend\.start\(\)\.catch\(error => \{\n {2}page\('on call', error\);\n {2}process\.exit\(1\);\n\}\);\n$/,
    );
  });

  it('takes along what only code that is left to people needs', async () => {
    const lines = "const limit = config.getNumber('limit');\nmountMore(apiRouter, limit);";
    const text = bodyOf(await lift(changed(/$/, '', lines)));
    expect(text).to.contain("// const limit = config.getNumber('limit');\n");
    expect(text).not.to.contain('createBackendFeatureLoader');
  });

  it('leaves out lines of the log about the old set-up, and plugins that are mounted twice', async () => {
    const lines =
      "apiRouter.stack.map(r => r.regexp).forEach(each => console.log('at', each));\n" +
      "apiRouter.use('/todo', await todo(createEnv('todo')));";
    const plan = await planLift(makeRepository({ [INDEX]: changed(/$/, '', lines) }));
    expect(bodyOf(plan.edits[0].after ?? '')).to.equal(
      "backend.add(legacyPlugin('todo', import('./plugins/todo')));\n",
    );
    expect(plan.report.map(each => each.reason)).to.include.members([
      'left out: it only logs what apiRouter is',
      'left out: it is mounted at /api/todo already',
    ]);
  });

  it('keeps plugins that are switched off by a comment where they stood last', async () => {
    const index = changed(
      / {2}apiRouter\.use\(notFoundHandler/,
      "  // apiRouter.use('/rhacm', await rhacm(rhacmEnv));\n  // Add backends ABOVE this line\n$&",
    );
    expect(bodyOf(await lift(index))).to.equal(
      "backend.add(legacyPlugin('todo', import('./plugins/todo')));\n\n" +
        "// apiRouter.use('/rhacm', await rhacm(rhacmEnv));\n",
    );
  });

  it('gives a plugin that is mounted beside the API as well an id of its own', async () => {
    const index = changed(
      /\.addRouter\('\/api', apiRouter\)/,
      ".addRouter('/api', apiRouter).addRouter('/todo', await todo(createEnv('todo')))",
    );
    expect(await lift(index)).to.contain(`backend.add(
  legacyPlugin('root-todo', import('./plugins/todo'), {
    envId: 'todo',
    path: '/todo',
  }),
);
`);
  });

  it('does not take a comment for an import', async () => {
    const root = makeRepository({
      [INDEX]: changed(/$/, '').replace(
        'import todo',
        "// import old from './plugins/old';\nimport todo",
      ),
      'packages/backend/src/plugins/todo.ts': 'export default async () => {};\n',
      'packages/backend/src/plugins/old.ts': 'export default async () => {};\n',
    });
    const { report } = await planLift(root);
    expect(report.find(each => each.file.endsWith('/old.ts'))?.reason).to.equal(
      'nothing mounts it',
    );
  });

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
