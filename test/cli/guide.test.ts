import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sinon from 'sinon';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

const SRC = 'plugins/notes-backend/src';
const OLD =
  "import { PluginDatabaseManager } from '@backstage/backend-common';\n\nexport type A = PluginDatabaseManager;\n";
const NEW =
  "import { DatabaseService } from '@backstage/backend-plugin-api';\n\nexport type A = DatabaseService;\n";
const STEP = 'backend-common-imports';

/** A repository of plugins: it has no backend. */
describe('forklift guide --apply', () => {
  const folder = useTemporaryFolder();
  const elsewhere = useTemporaryFolder();

  beforeEach(() =>
    folder.write({
      'package.json': '{ "workspaces": ["plugins/*"] }',
      'plugins/notes-backend/package.json': JSON.stringify(
        { name: 'notes', dependencies: { '@backstage/backend-common': '^0.25.0' } },
        undefined,
        2,
      ),
      [`${SRC}/a.ts`]: OLD,
    }),
  );

  const path = (file: string) => join(folder.path(), file);
  const read = (file: string) => readFileSync(path(file), 'utf8');
  const apply = (...args: string[]) => forklift('guide', STEP, folder.path(), '--apply', ...args);

  it('carries a step out over the whole repository, and has nothing to do the second time', async () => {
    const { code, output } = await apply();
    expect(code).to.equal(0);
    expect(output).to.match(
      /^plugins\/notes-backend\/src\/a\.ts\n {2}migrated {2}imports @backstage\/backend-plugin-api\n/,
    );
    expect(read(`${SRC}/a.ts`)).to.equal(NEW);
    expect(JSON.parse(read('plugins/notes-backend/package.json')).dependencies).to.deep.equal({
      '@backstage/backend-plugin-api': '^1.0.0',
    });
    expect((await apply()).output).to.equal('Nothing to change.\n');
  });

  it('shows what it would do, for people and for scripts', async () => {
    expect((await apply('--dry-run')).output).to.include(
      '\n-export type A = PluginDatabaseManager;\n',
    );
    const { step, backend, written, diff } = JSON.parse(
      (await apply('--dry-run', '--json')).output,
    );
    expect({ step, backend, written }).to.deep.equal({ step: STEP, backend: '.', written: [] });
    expect(diff).to.match(/^diff --git/);
    expect(read(`${SRC}/a.ts`)).to.equal(OLD);
  });

  it('changes nothing while git has uncommitted changes, unless it is forced to', async () => {
    const git = (...args: string[]) => execFileSync('git', ['-C', folder.path(), ...args]);
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'a');
    await folder.write({ [`${SRC}/a.ts`]: `${OLD}// more\n` });
    const { code, notes } = await apply();
    expect(code).to.equal(2);
    expect(notes).to.match(/^error: git has uncommitted changes/);
    expect((await apply('--force')).code).to.equal(0);
    expect(read(`${SRC}/a.ts`)).to.equal(`${NEW}// more\n`);
  });

  it('keeps what it does not have to change: line ends, byte order mark, header, quotes', async () => {
    const text =
      '\uFEFF/* (c) */\r\nimport { CacheClient as C, isChildPath } from "@backstage/backend-common"\r\n' +
      '// after\r\nexport const a: C | undefined = isChildPath("a", "b") ? undefined : undefined\r\n';
    await folder.write({ [`${SRC}/a.ts`]: text });
    expect((await apply()).code).to.equal(0);
    expect(read(`${SRC}/a.ts`)).to.equal(
      text
        .replace('CacheClient as', 'CacheService as')
        .replace('backend-common', 'backend-plugin-api'),
    );
  });

  it('leaves alone what it can not or must not read, and goes on with the others', async () => {
    const outside = elsewhere.path();
    await elsewhere.write({ 'a.ts': OLD });
    await folder.write({
      [`${SRC}/broken.ts`]: `${OLD}const = ;\n`,
      [`${SRC}/generated.ts`]: `// This file is generated. Do not edit.\n${OLD}`,
      [`${SRC}/types.d.ts`]: OLD,
      [`${SRC}/script.js`]: "require('@backstage/backend-common');\n",
      'node_modules/other/src/a.ts': OLD,
    });
    writeFileSync(path(`${SRC}/latin.ts`), Buffer.from(`${OLD}// caf\u00e9\n`, 'latin1'));
    symlinkSync(join(outside, 'a.ts'), path(`${SRC}/link.ts`));
    const { code, output } = await apply();
    expect(code).to.equal(1);
    expect(output).to.match(/broken\.ts\n {2}manual .*broken\.ts:4:7 does not parse/);
    expect(output).to.match(/latin\.ts\n {2}manual .*is not UTF-8 text/);
    expect(output).to.match(/generated\.ts\n {2}skipped {3}is generated code\n/);
    expect(read(`${SRC}/a.ts`)).to.equal(NEW);
    for (const each of [`${SRC}/types.d.ts`, 'node_modules/other/src/a.ts', `${SRC}/link.ts`]) {
      expect(read(each), each).to.equal(OLD);
    }
    const { dependencies } = JSON.parse(read('plugins/notes-backend/package.json'));
    expect(dependencies, 'the script needs it').to.have.property('@backstage/backend-common');
  });

  it('leaves packages to a person whose package.json can not be read', async () => {
    await folder.write({
      'plugins/broken/package.json': '{',
      'plugins/broken/src/a.ts': OLD,
      'plugins/broken/src/other.ts': 'export {};\n',
      'plugins/list/package.json': '[]',
      'plugins/list/src/a.ts': OLD,
    });
    const { code, output } = await apply();
    expect(code).to.equal(1);
    expect(output).to.match(
      /broken\/src\/a\.ts\n {2}manual .*broken\/package\.json does not parse: /,
    );
    expect(output).to.match(
      /list\/src\/a\.ts\n {2}manual .*list\/package\.json is not a JSON object/,
    );
    expect(output).to.not.include('other.ts');
    expect(read(`${SRC}/a.ts`)).to.equal(NEW);
    expect(read('plugins/broken/src/a.ts')).to.equal(OLD);
    expect(read('package.json')).to.equal('{ "workspaces": ["plugins/*"] }');
  });

  it('leaves files to a person that are too large for one to have written', async () => {
    const large = `${OLD}export const list = [\n${'  "@backstage/backend-common",\n'.repeat(80_000)}];\n`;
    await folder.write({ [`${SRC}/large.ts`]: large });
    const { code, output } = await apply();
    expect(code).to.equal(1);
    expect(output).to.match(/large\.ts\n {2}manual .*is larger than 2 MB, and not looked into/);
    expect(read(`${SRC}/a.ts`)).to.equal(NEW);
    expect(read(`${SRC}/large.ts`)).to.equal(large);
  });

  it('names a folder that can not be listed', async () => {
    // Permissions do not keep root from listing it.
    const list = sinon.stub(fs, 'readdirSync');
    list.callThrough().withArgs(path(SRC)).throws(new Error('EACCES: permission denied'));
    const { code, notes } = await apply().finally(() => list.restore());
    expect(code).to.equal(3);
    expect(notes).to.match(
      /Can not list the folder .*\/src: EACCES: permission denied\. Make it readable/,
    );
    expect(read(`${SRC}/a.ts`)).to.equal(OLD);
  });

  it('writes nothing when one file can not be written', async () => {
    await folder.write({ [`${SRC}/b.ts`]: OLD });
    chmodSync(path(`${SRC}/b.ts`), 0o444);
    const { code, notes } = await apply();
    expect(code).to.equal(3);
    expect(notes).to.match(/b\.ts: it is read-only\. No file was changed\n$/);
    expect(read(`${SRC}/a.ts`)).to.equal(OLD);
    expect(existsSync(path('.forklift'))).to.equal(false);
  });

  const REFUSED: [args: string[], message: RegExp][] = [
    [
      ['lift', '.', '--apply'],
      /'lift' is no step for a whole repository\. Those are .*, tests, config\n$/,
    ],
    [['jump', '.', '--apply'], /'jump' is no step for a whole repository/],
    [['--apply'], /Name the step that --apply is to carry out/],
    [['lift', '--dry-run'], /--dry-run goes with --apply: without it a guide is printed/],
    [['lift', '--json'], /--json goes with --apply/],
    [[STEP, '/no/such/folder', '--apply'], /There is no folder '\/no\/such\/folder'/],
  ];
  for (const [args, message] of REFUSED) {
    it(`refuses '${args.join(' ')}'`, async () => {
      const { code, notes } = await forklift('guide', ...args);
      expect(code).to.equal(2);
      expect(notes).to.match(message);
    });
  }

  it('says that a folder is no Backstage repository', async () => {
    mkdirSync(path('empty/.git'), { recursive: true });
    const { code, notes } = await forklift('guide', STEP, path('empty'), '--apply');
    expect(code).to.equal(2);
    expect(notes).to.match(/is not a Backstage repository/);
  });
});
