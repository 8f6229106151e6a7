import { expect } from 'chai';
import { planStep, type MigrationPlan } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, removeRepositories } from './temporary-repository';

const FOLDER = 'plugins/notes-backend';
const TEST = `${FOLDER}/src/notes.test.ts`;
const CASES = readmeCases('tests');
const SERVER = CASES.find(({ title }) => title === 'Servers of their own');

/** Plans the step for one test of a plugin. */
function plan(
  test: string,
  {
    plugin,
    router = 'export async function createRouter(options: any) {}\n',
    release = '1.31.0',
    dependencies = {},
    role = 'backend-plugin',
  }: {
    plugin?: string;
    router?: string;
    release?: string;
    dependencies?: object;
    role?: string;
  } = {},
): Promise<MigrationPlan> {
  const root = makeRepository({
    'backstage.json': JSON.stringify({ version: release }),
    [`${FOLDER}/package.json`]: JSON.stringify({ name: 'n', backstage: { role }, dependencies }),
    [`${FOLDER}/src/notes.ts`]: router,
    ...(plugin === undefined ? {} : { [`${FOLDER}/src/plugin.ts`]: plugin }),
    [TEST]: test,
  });
  return planStep(root, 'tests');
}

function textOf({ edits }: MigrationPlan): string | null | undefined {
  return edits.find(each => each.file === TEST)?.after;
}

describe('tests of old plugins', () => {
  afterEach(removeRepositories);

  describe('change as their guide shows', () => {
    for (const { title, blocks } of CASES) {
      it(title, async () => {
        const planned = await plan(blocks.before, blocks);
        expect(textOf(planned)).to.equal(blocks.after);
        expect(planned.report.map(each => each.outcome)).not.to.include('manual');
        const again = await plan(blocks.after, blocks);
        expect(textOf(again)).to.equal(undefined);
      });
    }
  });

  const { before = '', plugin = '' } = SERVER?.blocks ?? {};
  const onDatabase = CASES.find(({ title }) => title === 'Servers of their own (2)');
  const twice = onDatabase?.blocks.before.replace('it(', 'createDatabase();\n  it(') ?? '';
  const KEPT: Record<string, [test: string, plugin: string | undefined, reason: RegExp]> = {
    'the package has no plugin yet': [
      before,
      undefined,
      /the package has no src\/plugin\.ts yet: forklift convert makes one$/,
    ],
    'the plugin does more': [
      before,
      plugin.replace('http.use', 'await prepare(config);\n        http.use'),
      /src\/plugin\.ts does more than to serve the router$/,
    ],
    'the plugin gives it something of its own': [
      before,
      plugin.replace('{ config, logger }));', '{ config, logger: wrap(logger) }));'),
      /src\/plugin\.ts does more/,
    ],
    'it is given a service with behaviour': [
      before.replace('getVoidLogger(),', 'logger,'),
      plugin,
      /the router is given logger of the test's own$/,
    ],
    'its database is used for more': [
      twice,
      onDatabase?.blocks.plugin ?? '',
      /the router is given database of the test's own$/,
    ],
    'its database is no other than that of a server': [
      onDatabase?.blocks.before.replace("':memory:'", 'url') ?? '',
      onDatabase?.blocks.plugin ?? '',
      /the router is given database of the test's own$/,
    ],
    'it is given less than by the plugin': [
      before.replace('logger: getVoidLogger(),', ''),
      plugin,
      /the router is not given the logger that src\/plugin\.ts gives it$/,
    ],
    'its server has more than the router': [
      before.replace('express().use(router)', 'express().use(session()).use(router)'),
      plugin,
      /the router is put into a server in another way$/,
    ],
    'a path is computed': [
      before.replace("get('/health')", 'get(path)'),
      plugin,
      /the server is used for more than requests with a path that is written out$/,
    ],
    'the server is used for something else': [
      before.replace("it('is healthy'", "inspect(app);\n  it('is healthy'"),
      plugin,
      /the server is used for more than requests/,
    ],
    'its requests carry credentials': [
      before.replace("get('/health')", "get('/health').set('Authorization', 'Bearer a')"),
      plugin,
      /its requests carry credentials$/,
    ],
    'it expects errors': [
      before.replace('expect(200, {', 'expect(404, {'),
      plugin,
      /it expects errors, which the backend answers in its own way$/,
    ],
    'it is about another router': [
      before.replace("from './notes'", "from './other'"),
      plugin,
      /the router is not the one of src\/plugin\.ts$/,
    ],
  };
  for (const [what, [test, itsPlugin, reason]] of Object.entries(KEPT)) {
    it(`keep their server when ${what}`, async () => {
      const planned = await plan(test, { plugin: itsPlugin });
      expect(textOf(planned) ?? '').not.to.contain('startTestBackend');
      const skipped = planned.report.filter(each => each.outcome === 'skipped');
      expect(skipped.map(each => each.reason).join()).to.match(reason);
    });
  }

  it('take the mocks of Forklift before those of Backstage exist', async () => {
    const planned = await plan(before, {
      plugin,
      release: '1.20.0',
      dependencies: { 'backstage-forklift': '^0.1.0' },
    });
    expect(textOf(planned)).to.contain("} from 'backstage-forklift/testing';");
  });

  it('stay in repositories without mocks, in frontends and where the class is a type', async () => {
    const old = await plan(before, { plugin, release: '1.20.0' });
    expect(old.edits).to.deep.equal([]);
    expect(old.report.map(each => each.guide)).to.deep.equal(['tests#versions']);
    expect((await plan(before, { plugin, role: 'frontend-plugin' })).report).to.deep.equal([]);
    const typed = await plan(
      "import { ConfigReader } from '@backstage/config';\n" +
        'const config: ConfigReader = new ConfigReader({});\nconfig.keys();\n',
    );
    expect(typed.edits).to.deep.equal([]);
  });

  const DATABASES = CASES.find(({ title }) => title === 'Services made by hand');
  const HAND_MADE: Record<string, [test: string, line: number, reason: RegExp]> = {
    'managers of databases that go to other code': [
      DATABASES?.blocks.before.replace("manager.forPlugin('notes')", 'share(manager)') ?? '',
      1,
      /makes DatabaseManager by hand and does not take all databases from it by forPlugin\(id\)/,
    ],
    'token managers': [
      "import { ServerTokenManager } from '@backstage/backend-common';\n" +
        'const tokenManager = ServerTokenManager.noop();\ncreate({ tokenManager });\n',
      1,
      /makes a ServerTokenManager for code that takes one: mockServices\.auth\(\) stands for it when/,
    ],
  };
  for (const [what, [test, line, reason]] of Object.entries(HAND_MADE)) {
    it(`leave to a person ${what}`, async () => {
      const planned = await plan(test);
      expect(textOf(planned) ?? '').not.to.contain('mockServices.auth');
      const [found, ...others] = planned.report.filter(each => each.outcome === 'manual');
      expect(others).to.deep.equal([]);
      expect(found).to.include({ line, guide: 'tests#services-made-by-hand' });
      expect(found.reason).to.match(reason);
    });
  }

  const changed = CASES.find(({ title }) => title === 'Options that have changed')?.blocks ?? {};
  const IDENTITIES: Record<string, string> = {
    'that answers with several users': "'user:default/guest', also: { userEntityRef: 'user:a/b' }",
    'that answers with nobody': 'undefined',
    'that depends on the request': "id ? 'user:default/guest' : 'user:default/other'",
  };
  for (const [what, ref] of Object.entries(IDENTITIES)) {
    it(`leave to a person an identity ${what}`, async () => {
      const test = changed.before.replace("'user:default/guest'", ref);
      const { edits, report } = await plan(test, changed);
      expect(edits).to.deep.equal([]);
      const manual = report.find(each => each.outcome === 'manual');
      expect(manual).to.include({
        line: 12,
        reason:
          'gives an identity that answers otherwise than with one user, to code that takes httpAuth',
        guide: 'tests#options-that-have-changed',
      });
    });
  }

  it('leave to a person an identity that a test lets answer otherwise', async () => {
    const test = `${changed.before}it('x', () => getIdentity.mockResolvedValue(undefined));\n`;
    expect((await plan(test, changed)).edits).to.deep.equal([]);
  });

  it('keep options that are still taken, or of which nothing is known', async () => {
    const both = changed.router.replace(
      '{\n  auth',
      '{\n  identity: any;\n  tokenManager: any;\n  auth',
    );
    for (const router of [both, undefined]) {
      const { edits, report } = await plan(changed.before, { router });
      expect(edits).to.deep.equal([]);
      expect(report.map(each => each.guide)).to.deep.equal([
        'tests#routers-that-are-tested-alone',
        'tests#services-made-by-hand',
      ]);
    }
    const spread = changed.before.replace('    tokenManager,', '    tokenManager,\n    ...others,');
    expect((await plan(spread, changed)).edits).to.deep.equal([]);
  });

  it('do not give what they give already, and keep what they still use', async () => {
    const test = changed.before
      .replace('    tokenManager,', '    tokenManager,\n    auth: mockServices.auth(),')
      .replace('expect(router)', 'use(tokenManager);\n  expect(router)')
      .replace("'user:default/guest'", "'user:default/mock'");
    const after = textOf(await plan(test, changed)) ?? '';
    expect(after).to.contain(
      'createRouter({\n    httpAuth: mockServices.httpAuth(),\n    auth: mockServices.auth(),\n  });',
    );
    expect(after).to.contain('const tokenManager = ServerTokenManager.noop();');
    expect(after).not.to.contain('getIdentity');
  });

  it('make databases by forPlugin wherever a manager is at hand, and name the new dependency', async () => {
    const test =
      "import { DatabaseManager } from '@backstage/backend-common';\n" +
      "const a = DatabaseManager.fromConfig(config).forPlugin('a');\n" +
      'const both: DatabaseManager = DatabaseManager.fromConfig(config);\n' +
      "run(both.forPlugin('b'), both.forPlugin(name), a);\n";
    const planned = await plan(test);
    expect(textOf(planned)?.match(/forPlugin\([^)]*, \{\n {2}logger: /g)).to.have.length(3);
    const reasons = planned.report.map(each => each.reason);
    expect(reasons).to.include('depends on @backstage/backend-defaults ^0.5.0');
    const old = await plan(test, { dependencies: { '@backstage/backend-defaults': '^0.4.0' } });
    expect(old.edits).to.deep.equal([]);
    expect(old.report.map(each => each.guide)).to.deep.equal(['tests#versions']);
    const ours = await plan(test, {
      release: '1.20.0',
      dependencies: { 'backstage-forklift': '^0.1.0' },
    });
    expect(textOf(ours)).to.contain(
      "import { DatabaseManager } from 'backstage-forklift/services'",
    );
  });
});
