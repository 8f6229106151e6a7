import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { finishPlan, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository, removeRepositories } from './temporary-repository';

const FILE = 'packages/backend/src/a.ts';
const BEFORE = 'a({ b: 1 });\n';
const AFTER = 'a({ b:   1 })\n';

/** A repository in which Prettier is installed as package managers do. */
function repository(files: Record<string, string>): string {
  const root = makeRepository(files);
  link(root, 'node_modules/prettier', 'node_modules/prettier');
  return root;
}

function link(root: string, name: string, target: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  symlinkSync(resolve(target), join(root, name));
}

async function finished(
  root: string,
  before: string | null = BEFORE,
  after = AFTER,
): Promise<MigrationPlan> {
  const edits = [{ file: FILE, before, after }];
  const plan = {
    step: 'lift',
    root,
    backend: 'packages/backend',
    report: [],
    warnings: [],
  } as const;
  return finishPlan({ ...plan, edits });
}

describe('formatting what a step has edited', () => {
  afterEach(removeRepositories);

  it('is done by the Prettier of the project, with its settings', async () => {
    const root = repository({ '.prettierrc': 'semi: false\nbracketSpacing: false\n' });
    const { edits, warnings } = await finished(root, 'a({b: 1})\n');
    expect(edits[0].after).to.equal('a({b: 1})\n');
    expect(warnings).to.deep.equal([]);
  });

  it('takes settings of package.json, of the folder next above, and for some files only', async () => {
    const root = repository({
      'package.json':
        '{ "workspaces": ["packages/*"], "prettier": { "overrides": [{ "files": "*.ts", "options": { "semi": false } }] } }',
    });
    expect((await finished(root, 'a({ b: 1 })\n')).edits[0].after).to.equal('a({ b: 1 })\n');
    const nested = repository({
      '.prettierrc.json': '{}',
      'packages/.prettierrc.json': '{"semi":false}',
    });
    expect((await finished(nested, null)).edits[0].after).to.equal('a({ b: 1 })\n');
  });

  it('takes settings of an installed package', async () => {
    const root = repository({
      'package.json': '{ "workspaces": ["packages/*"], "prettier": "house-style" }',
      'node_modules/house-style/package.json': '{ "name": "house-style", "main": "index.json" }',
      'node_modules/house-style/index.json': '{ "semi": false }',
    });
    expect((await finished(root, null)).edits[0].after).to.equal('a({ b: 1 })\n');
  });

  it('leaves a file alone that was not formatted before, or that Prettier is to ignore', async () => {
    const root = repository({ '.prettierrc': '{}' });
    expect((await finished(root, 'a( )\n')).edits[0].after).to.equal(AFTER);
    const ignoring = repository({ '.prettierrc': '{}', '.prettierignore': 'packages/backend/src' });
    expect((await finished(ignoring)).edits[0].after).to.equal(AFTER);
  });

  it('keeps line ends', async () => {
    const root = repository({ '.prettierrc': '{}' });
    const { edits } = await finished(root, 'a();\r\nb();\r\n', 'a();\r\nb( );\r\n');
    expect(edits[0].after).to.equal('a();\r\nb();\r\n');
  });

  it('is not done without settings', async () => {
    const { edits, warnings } = await finished(repository({}));
    expect(edits[0].after).to.equal(AFTER);
    expect(warnings).to.deep.equal([]);
  });

  const code: Record<string, Record<string, string>> = {
    'prettier.config.js': { 'prettier.config.js': 'throw new Error("was run")' },
    '.prettierrc.cjs': { '.prettierrc.cjs': 'throw new Error("was run")' },
    '.prettierrc': {
      '.prettierrc': 'plugins: [./plugin.js]',
      'plugin.js': 'throw new Error("was run")',
    },
    '.prettierrc.json': {
      '.prettierrc.json':
        '{ "overrides": [{ "files": "*.ts", "options": { "plugins": ["./plugin.js"] } }] }',
      'plugin.js': 'throw new Error("was run")',
    },
  };
  for (const [name, files] of Object.entries(code)) {
    it(`runs no code of the project: ${JSON.stringify(files)}`, async () => {
      const { edits, warnings } = await finished(repository(files));
      expect(edits[0].after).to.equal(AFTER);
      expect(warnings).to.deep.equal([
        `The settings of Prettier in ${name} are code, which is not run, or are not installed: npx prettier --write ${FILE}`,
      ]);
    });
  }

  it('runs no package of the repository that is linked into node_modules', async () => {
    const root = repository({
      'package.json': '{ "workspaces": ["packages/*"], "prettier": "house-style" }',
      'packages/style/package.json': '{ "name": "house-style", "main": "index.js" }',
      'packages/style/index.js': 'throw new Error("was run")',
    });
    link(root, 'node_modules/house-style', join(root, 'packages/style'));
    expect((await finished(root)).warnings[0]).to.match(
      /^The settings of Prettier in package\.json are/,
    );
    const own = makeRepository({
      '.prettierrc': '{}',
      'packages/prettier/package.json': '{ "name": "prettier", "main": "index.js" }',
      'packages/prettier/index.js': 'throw new Error("was run")',
    });
    link(own, 'node_modules/prettier', join(own, 'packages/prettier'));
    expect((await finished(own)).warnings[0]).to.match(/^Prettier is set up, and not installed/);
  });

  it('says what to run where Prettier is not installed, or can not read the file', async () => {
    const { edits, warnings } = await finished(makeRepository({ '.prettierrc': '{}' }));
    expect(edits[0].after).to.equal(AFTER);
    expect(warnings).to.deep.equal([
      `Prettier is set up, and not installed: when it is, npx prettier --write ${FILE}`,
    ]);
    const broken = await finished(repository({ '.prettierrc': '{}' }), null, 'a(;\n');
    expect(broken.warnings[0]).to.match(new RegExp(`^Prettier can not format ${FILE}: `));
  });
});
