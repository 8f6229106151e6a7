import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oldIndex } from '../migration-guides/old-index';
import { copyExample } from './copy-example';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

describe('forklift on the example', () => {
  const folder = useTemporaryFolder();

  beforeEach(() => copyExample(folder.path()));

  function git(...args: string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    return execFileSync('git', ['-C', folder.path(), ...identity, ...args], { encoding: 'utf8' });
  }

  function commitAll(): void {
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'old');
  }

  const indexText = () => readFile(join(folder.path(), 'packages/backend/src/index.ts'), 'utf8');

  it('scan lists the plugins, as a table, as JSON and as a web page', async () => {
    const table = await forklift('scan', folder.path());
    expect(table.code).to.equal(0);
    expect(table.output).to.match(/^packages\/backend is wired by hand/);
    expect(table.output).to.match(
      /^feature_requests {2}\/api\/feature-requests {2}legacy {2}home-made {2}lift {7}config, database, identity, /m,
    );

    const page = join(folder.path(), 'scan.html');
    const json = await forklift('scan', folder.path(), '--json', '--html', page);
    const { plugins } = JSON.parse(json.output);
    expect(plugins).to.have.length(5);
    expect(await readFile(page, 'utf8')).to.include('<strong>feature_requests</strong>');
  });

  it('finds the repository from a folder inside it', async () => {
    const inside = join(folder.path(), 'packages/backend/src/plugins');
    expect((await forklift('scan', inside)).output).to.match(/^packages\/backend is wired/);
  });

  it('lift --dry-run prints a diff and changes nothing', async () => {
    const before = await indexText();
    const { code, output } = await forklift('lift', folder.path(), '--dry-run');
    expect(code).to.equal(0);
    expect(output).to.include('  migrated  todo: on legacyPlugin, at /api/todo\n');
    expect(output).to.include("\n+backend.add(legacyPlugin('todo', import('./plugins/todo')));\n");
    expect(await indexText()).to.equal(before);

    const json = await forklift('lift', folder.path(), '--dry-run', '--json');
    const { dryRun, written, diff, report } = JSON.parse(json.output);
    expect({ dryRun, written }).to.deep.equal({ dryRun: true, written: [] });
    expect(diff).to.match(/^diff --git/);
    expect(report[0].outcome).to.equal('migrated');
  });

  it('lift changes the files, and has nothing to do the second time', async () => {
    const json = await forklift('lift', folder.path(), '--json');
    expect(JSON.parse(json.output).written).to.include('packages/backend/src/index.ts');
    expect(await indexText()).to.include("import { createBackend } from 'backstage-forklift'");

    const again = await forklift('lift', folder.path());
    expect(again.code).to.equal(0);
    expect(again.output).to.match(/^Nothing to change\.\n/);
  });

  it('lift takes createBackend from where it is told', async () => {
    await forklift('lift', folder.path(), '--runtime', 'backstage');
    expect(await indexText()).to.include("from '@backstage/backend-defaults'");
  });

  it('changes nothing while git has uncommitted changes, unless it is forced to', async () => {
    commitAll();
    await folder.write({ 'README.md': 'changed' });
    const before = await indexText();
    const refused = await forklift('lift', folder.path());
    expect(refused.code).to.equal(2);
    expect(refused.notes).to.match(/^error: git has uncommitted changes .*README\.md/);
    expect(await indexText()).to.equal(before);
    expect((await forklift('lift', folder.path(), '--force')).code).to.equal(0);
    expect(await indexText()).to.not.equal(before);
  });

  it('convert leaves a comment at what it leaves to a person, where nothing is uncommitted', async () => {
    const todo = 'packages/backend/src/plugins/todo.ts';
    const todoText = () => readFile(join(folder.path(), todo), 'utf8');
    await folder.write({
      [todo]:
        "import { Router } from 'express';\nimport { PluginEnvironment } from '../types';\n\n" +
        'export default async function createPlugin(env: PluginEnvironment): Promise<Router> {\n' +
        '  return env.eventBroker.router();\n}\n',
    });
    await forklift('lift', folder.path());
    commitAll();

    await folder.write({ 'README.md': 'changed' });
    const before = await todoText();
    const uncommitted = await forklift('convert', 'todo', folder.path());
    expect(uncommitted.code).to.equal(1);
    expect(uncommitted.output).to.match(/^Nothing to change\.\n/);
    expect(uncommitted.output).to.contain('No comments were left in the code: git has uncommitted');
    expect(await todoText()).to.equal(before);

    git('commit', '--quiet', '-a', '-m', 'changed');
    const { code, output } = await forklift('convert', 'todo', folder.path());
    expect(code).to.equal(1);
    expect(output).to.match(/^Nothing to change, apart from comments at what is left to you\.\n/);
    expect(await todoText()).to.match(
      /\n\/\/ TODO\(forklift\): .* See forklift guide convert-plugin-file#\S+\nexport default async/,
    );

    const again = await forklift('convert', 'todo', folder.path());
    expect(again.output).to.match(/^Nothing to change\.\n/);
    expect(again.output).not.to.contain('No comments');
  });

  it('status tells how far the migration has come', async () => {
    const before = await forklift('status', folder.path());
    expect(before.output).to.match(/^5 plugins: 5 legacy, 0 forklifted, 0 native\n/);
    await forklift('lift', folder.path());
    const after = await forklift('status', folder.path());
    expect(after.code).to.equal(0);
    expect(after.output).to.match(/^5 plugins: 0 legacy, 5 forklifted, 0 native\n/);
    const { counts } = JSON.parse((await forklift('status', folder.path(), '--json')).output);
    expect(counts).to.deep.equal({ legacy: 0, forklifted: 5, native: 0 });
  });

  it('convert names a plugin that is not there, and says what is', async () => {
    await forklift('lift', folder.path());
    const { code, notes } = await forklift('convert', 'toodo', folder.path());
    expect(code).to.equal(2);
    expect(notes).to.match(/^error: .*'toodo'.*\n$/);
  });

  it('convert refuses a runtime that is not the one of the backend', async () => {
    await forklift('lift', folder.path());
    const args = ['convert', 'todo', folder.path(), '--dry-run', '--runtime'];
    const { code, notes } = await forklift(...args, 'backstage');
    expect(code).to.equal(2);
    expect(notes).to.match(/^error: .*index\.ts uses the createBackend\(\) of forklift, not of/);
    expect((await forklift(...args, 'forklift')).notes).to.equal('');
  });

  it('graduate lists what still needs Forklift, and changes nothing', async () => {
    await forklift('lift', folder.path());
    const before = await indexText();
    const { code, output } = await forklift('graduate', folder.path());
    expect(code).to.equal(1);
    expect(output).to.match(/manual {4}todo: still on legacyPlugin: run forklift convert todo/);
    expect(await indexText()).to.equal(before);
  });

  it('graduate moves a backend without old plugins to stock Backstage', async () => {
    await folder.write({
      'packages/backend/src/index.ts':
        "import { createBackend } from 'backstage-forklift';\n\ncreateBackend().start();\n",
    });
    expect((await forklift('graduate', folder.path())).code).to.equal(0);
    expect(await indexText()).to.include("from '@backstage/backend-defaults'");
  });

  it('counts one plugin as one, and shows routers beside the API on the web page', async () => {
    await folder.write({
      'packages/backend/src/index.ts': oldIndex(
        "apiRouter.use('/todo', await todo(createEnv('todo')));",
        {
          imports: "import todo from './plugins/todo';",
          builder: ".addRouter('/api', apiRouter).addRouter('/metrics', metrics())",
        },
      ),
    });
    expect((await forklift('status', folder.path())).output).to.match(/^1 plugin: 1 legacy, /);
    const page = join(folder.path(), 'scan.html');
    await forklift('scan', folder.path(), '--html', page);
    const html = await readFile(page, 'utf8');
    expect(html).to.include(': 1 plugin</title>');
    expect(html).to.match(
      /<h2>Beside the API<\/h2>\n<ul>\n<li>.*is mounted at '\/metrics', beside/,
    );
  });

  it('reports a file that does not parse, with line and column', async () => {
    await folder.write({ 'packages/backend/src/index.ts': 'createServiceBuilder(;' });
    const { code, notes } = await forklift('lift', folder.path());
    expect(code).to.equal(3);
    expect(notes).to.match(/^error: packages\/backend\/src\/index\.ts:1:\d+ does not parse/);
  });
});
