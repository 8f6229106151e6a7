import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

const INDEX = 'packages/backend/src/index.ts';
const MANIFEST = 'packages/backend/package.json';
const NATIVE = `import { createBackend } from 'backstage-forklift';

const backend = createBackend();
backend.add(import('@backstage/plugin-proxy-backend')); // stays first
if (process.env.EXTRA) {
  backend.add(import('./plugins/extra'));
}

backend.start();
`;

describe('forklift new', () => {
  const folder = useTemporaryFolder();

  beforeEach(() =>
    folder.write({
      'package.json': '{\n  "workspaces": {\n    "packages": ["packages/*", "plugins/*"]\n  }\n}\n',
      [INDEX]: NATIVE,
      [MANIFEST]: manifest({ 'backstage-forklift': '^0.1.0', express: '^4.20.0' }),
    }),
  );

  function manifest(dependencies: Record<string, string>): string {
    const backend = { name: 'backend', backstage: { role: 'backend' }, dependencies };
    return `${JSON.stringify(backend, undefined, 2)}\n`;
  }

  const read = (file: string) => readFileSync(join(folder.path(), file), 'utf8');
  const readJson = (file: string) => JSON.parse(read(file));
  const make = (...args: string[]) => forklift('new', ...args, folder.path());

  it('makes a plugin package and adds it to the backend', async () => {
    const { code, output } = await make('plugin', 'tech-notes');
    expect(code).to.equal(0);
    expect(output).to.match(/^plugins\/tech-notes-backend\/package\.json\n {2}migrated {2}made\n/);
    const { name, backstage, dependencies, devDependencies } = readJson(
      'plugins/tech-notes-backend/package.json',
    );
    expect(name).to.equal('@internal/plugin-tech-notes-backend');
    expect(backstage).to.deep.equal({
      role: 'backend-plugin',
      pluginId: 'tech-notes',
      pluginPackages: [name],
    });
    expect(dependencies.express, 'as elsewhere in the repository').to.equal('^4.20.0');
    expect(devDependencies).to.include.keys('backstage-forklift', 'supertest');
    expect(read('plugins/tech-notes-backend/src/index.ts')).to.equal(
      "export { techNotesPlugin as default } from './plugin';\n",
    );
    expect(read(INDEX)).to.equal(
      NATIVE.replace(
        "proxy-backend'));",
        "proxy-backend'));\nbackend.add(import('@internal/plugin-tech-notes-backend'));",
      ),
    );
    expect(readJson(MANIFEST).dependencies).to.include({ [name]: '^0.1.0' });
  });

  it('makes a module of a plugin', async () => {
    expect((await make('module', 'reminders', '--plugin', 'todo')).code).to.equal(0);
    const { name, backstage } = readJson('plugins/todo-backend-module-reminders/package.json');
    expect(name).to.equal('@internal/plugin-todo-backend-module-reminders');
    expect(backstage).to.deep.equal({ role: 'backend-plugin-module', pluginId: 'todo' });
    expect(read('plugins/todo-backend-module-reminders/src/module.ts')).to.include(
      "  pluginId: 'todo',\n  moduleId: 'reminders',\n",
    );
    expect(read(INDEX)).to.include(`backend.add(import('${name}'));`);
  });

  it('makes a service, which nobody has to add', async () => {
    const { code, output } = await make('service', 'clock');
    expect(code).to.equal(0);
    expect(output).to.match(/skipped {3}nothing to add to the backend/);
    expect(readJson('plugins/clock-node/package.json').backstage.role).to.equal('node-library');
    expect(read('plugins/clock-node/src/index.ts')).to.include('clockServiceRef');
    expect(read(INDEX)).to.equal(NATIVE);
  });

  it('follows the names, ranges and lint rules of the repository', async () => {
    await folder.write({
      [MANIFEST]: manifest({
        '@acme/backstage-plugin-old-backend': 'workspace:^',
        '@backstage/cli': '^0.26.0',
      }),
      'plugins/old-backend/package.json': '{ "name": "@acme/backstage-plugin-old-backend" }',
    });
    await make('plugin', 'todo');
    const { name, devDependencies } = readJson('plugins/todo-backend/package.json');
    expect(name).to.equal('@acme/backstage-plugin-todo-backend');
    expect(devDependencies['@backstage/cli']).to.equal('^0.26.0');
    expect(existsSync(join(folder.path(), 'plugins/todo-backend/.eslintrc.js'))).to.equal(true);
    expect(readJson(MANIFEST).dependencies[name]).to.equal('workspace:^');
  });

  it('tests with what the backend runs on', async () => {
    await folder.write({
      [INDEX]: NATIVE.replace('backstage-forklift', '@backstage/backend-defaults'),
    });
    await make('plugin', 'todo');
    expect(read('plugins/todo-backend/dev/index.ts')).to.include("'@backstage/backend-defaults'");
    expect(read('plugins/todo-backend/src/plugin.test.ts')).to.include(
      "'@backstage/backend-test-utils'",
    );
    const { devDependencies } = readJson('plugins/todo-backend/package.json');
    expect(devDependencies).to.have.property('@backstage/backend-test-utils');
    expect(devDependencies).not.to.have.property('backstage-forklift');
  });

  it('tests with what it is told to', async () => {
    for (const [runtime, used] of [
      ['backstage', '@backstage/backend-test-utils'],
      ['forklift', 'backstage-forklift'],
    ]) {
      const id = `todo-${runtime}`;
      expect((await make('service', id, '--runtime', runtime)).code).to.equal(0);
      const { devDependencies } = readJson(`plugins/${id}-node/package.json`);
      expect(Object.keys(devDependencies)).to.deep.equal([used]);
      expect(read(`plugins/${id}-node/src/${id}-service.test.ts`)).to.contain(`from '${used}`);
    }
    expect((await make('service', 'clock', '--runtime', 'other')).code).to.equal(2);
  });

  it('adds a workspace where there is none for plugins', async () => {
    await folder.write({ 'package.json': '{\n  "workspaces": ["packages/*"]\n}\n' });
    await make('plugin', 'todo');
    expect(readJson('package.json')).to.deep.equal({ workspaces: ['packages/*', 'plugins/*'] });
  });

  it('leaves a backend that is wired by hand to a person', async () => {
    const old = "import { createServiceBuilder } from '@backstage/backend-common';\n";
    await folder.write({ [INDEX]: old });
    const { code, output } = await make('plugin', 'todo');
    expect(code).to.equal(1);
    expect(output).to.match(/manual {4}is wired by hand: run forklift lift, then backend\.add\(/);
    expect(read(INDEX)).to.equal(old);
    expect(existsSync(join(folder.path(), 'plugins/todo-backend/src/plugin.ts'))).to.equal(true);
  });

  it('shows what it would do, and writes nothing', async () => {
    const { code, output } = await make('plugin', 'todo', '--dry-run');
    expect(code).to.equal(0);
    expect(output).to.include('+++ b/plugins/todo-backend/src/router.ts\n');
    const { written, diff } = JSON.parse(
      (await make('plugin', 'todo', '--dry-run', '--json')).output,
    );
    expect(written).to.deep.equal([]);
    expect(diff).to.match(/^diff --git/);
    expect(existsSync(join(folder.path(), 'plugins'))).to.equal(false);
    expect(read(INDEX)).to.equal(NATIVE);
  });

  const REFUSED: [args: string[], message: RegExp][] = [
    [['plugin', 'todoList'], /'todoList' can not be the id of a plugin: .*Use 'todo-list'\n$/],
    [['plugin', 'Todo_List-'], /Use 'todo-list'\n$/],
    [['plugin', 'todo-backend'], /prefix and suffix by themselves\. Use 'todo'\n$/],
    [['plugin', '@acme/plugin-todo-backend'], /Use 'todo'\n$/],
    [['service', 'clock-node'], /'clock-node' can not be the id of a service.*Use 'clock'\n$/],
    [['plugin', '4711'], /an id starts with a letter and has lower case letters/],
    [['plugin', '../../etc'], /Use 'etc'\n$/],
    [['module', 'reminders'], /A module extends a plugin: name it with --plugin/],
    [
      ['module', 'reminders', '--plugin', 'to do'],
      /'to do' can not be the id of a plugin.*'to-do'/,
    ],
    [['plugin', 'todo', '--plugin', 'catalog'], /A plugin extends no plugin/],
    [['plugin', 'proxy'], /index\.ts adds a plugin 'proxy' already/],
    [['theme', 'todo'], /Allowed choices are plugin, module, service/],
  ];
  for (const [args, message] of REFUSED) {
    it(`refuses '${args.join(' ')}'`, async () => {
      const { code, notes } = await make(...args);
      expect(code).to.equal(2);
      expect(notes).to.match(message);
      expect(existsSync(join(folder.path(), 'plugins'))).to.equal(false);
    });
  }

  it('refuses the name of a package in another folder', async () => {
    await folder.write({
      'packages/todo/package.json': '{ "name": "@internal/plugin-todo-backend" }',
    });
    const { code, notes } = await make('plugin', 'todo');
    expect(code).to.equal(2);
    expect(notes).to.equal(
      'error: packages/todo is called @internal/plugin-todo-backend already. Choose another id\n',
    );
  });

  it('overwrites nothing', async () => {
    await folder.write({ 'plugins/todo-backend/src/mine.ts': 'mine' });
    const { code, notes } = await make('plugin', 'todo');
    expect(code).to.equal(2);
    expect(notes).to.equal('error: plugins/todo-backend exists already. Choose another id\n');
    expect(read('plugins/todo-backend/src/mine.ts')).to.equal('mine');
    expect(read(INDEX)).to.equal(NATIVE);
  });
});
