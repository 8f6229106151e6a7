import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { applyPlan, planStep } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, removeRepositories } from './temporary-repository';

const HOME = join(__dirname, '..', '..');
const MODULES = join(HOME, 'node_modules');
const FOLDER = 'plugins/notes-backend';

const ROUTER = `import Router from 'express-promise-router';

export async function createRouter({ config }: { config: any }) {
  const router = Router();
  router.get('/health', (_, res) => res.json({ status: 'ok' }));
  router.get('/greetings/:name', (req, res) =>
    res.json({ greeting: \`\${config.getString('notes.greeting')} \${req.params.name}\` }),
  );
  return router;
}
`;

const NOTES = `import { PluginDatabaseManager } from '@backstage/backend-common';

export class Notes {
  static async create(database: PluginDatabaseManager) {
    const knex = await database.getClient();
    await knex.schema.createTable('notes', table => table.string('text'));
    return new Notes(knex);
  }
  private constructor(private readonly knex: any) {}
  all = () => this.knex('notes').select();
}
`;

const WHO = `import { AuthService, HttpAuthService } from 'backstage-forklift';

export async function createRouter({ auth, httpAuth }: { auth: AuthService; httpAuth: HttpAuthService }) {
  const caller = await httpAuth.credentials({ headers: {} } as any);
  return { caller, isUser: auth.isPrincipal(caller, 'user') };
}
`;

describe('a test that was moved to the mocks of the new system', () => {
  afterEach(removeRepositories);

  /** Takes the step in a plugin that has Forklift, and runs its test in Mocha. */
  async function run(test: string, sources: Readonly<Record<string, string>>) {
    const paths = {
      'backstage-forklift': [join(HOME, 'lib/index.ts')],
      'backstage-forklift/services': [join(HOME, 'lib/services/index.ts')],
      'backstage-forklift/testing': [join(HOME, 'lib/testing/index.ts')],
    };
    const manifest = {
      name: 'notes-backend',
      backstage: { role: 'backend-plugin' },
      dependencies: { 'backstage-forklift': '^0.1.0' },
    };
    const root = makeRepository({
      'backstage.json': '{ "version": "1.20.0" }',
      'tsconfig.json': JSON.stringify({ compilerOptions: { esModuleInterop: true, paths } }),
      [`${FOLDER}/package.json`]: JSON.stringify(manifest),
      ...Object.fromEntries(
        Object.entries(sources).map(([name, text]) => [`${FOLDER}/src/${name}.ts`, text]),
      ),
      [`${FOLDER}/src/notes.test.ts`]: test,
    });
    symlinkSync(MODULES, join(root, 'node_modules'));
    const plan = await planStep(root, 'tests');
    await applyPlan(plan);
    // The tests are those of Jest; Mocha and Chai have other names for the same.
    writeFileSync(
      join(root, 'names.cjs'),
      `const chai = require('chai');
global.beforeAll = (...args) => before(...args);
global.expect = value => ({
  toEqual: other => chai.expect(value).to.deep.equal(other),
  toBeDefined: () => chai.expect(value).not.to.equal(undefined),
});
`,
    );
    // Knex keeps a process alive until its database is closed, which the tests leave to Jest.
    const mocha = [
      join(MODULES, 'mocha/bin/mocha.js'),
      '--no-config',
      '--exit',
      '--reporter',
      'json',
    ];
    const required = ['--require', 'tsx/cjs', '--require', './names.cjs'];
    const args = [...mocha, ...required, `${FOLDER}/src/*.test.ts`];
    const env = { ...process.env, NODE_ENV: 'test' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch(
      error => {
        throw new Error(error.stdout + error.stderr);
      },
    );
    const after = plan.edits.find(each => each.file.endsWith('notes.test.ts'))?.after ?? '';
    return { after, stats: JSON.parse(stdout).stats };
  }

  const caseOf = (title: string) =>
    readmeCases('tests').find(each => each.title === title)?.blocks ?? {};

  it('passes on the test backend', async () => {
    const { before, plugin } = caseOf('Servers of their own');
    const { after, stats } = await run(before, { notes: ROUTER, plugin });
    expect(after).to.contain('startTestBackend');
    expect(stats).to.include({ passes: 2, failures: 0 });
  });

  it('passes on a database of DatabaseManager', async () => {
    const { before } = caseOf('Services made by hand');
    const { after, stats } = await run(before, { notes: NOTES });
    expect(after).to.contain("from 'backstage-forklift/services'");
    expect(stats).to.include({ passes: 1, failures: 0 });
  });

  it('passes with mocks of auth and httpAuth, who answer with the same user', async () => {
    const { before } = caseOf('Options that have changed');
    const text = before
      .replace('jest.fn(async () => ({', '(async () => ({')
      .replace(
        'expect(router).toBeDefined();',
        "expect((router as any).caller.principal.userEntityRef).toEqual('user:default/guest');\n" +
          '  expect((router as any).isUser).toEqual(true);',
      );
    const { after, stats } = await run(text, { notes: WHO });
    expect(after).to.contain('httpAuth: mockServices.httpAuth(');
    expect(stats).to.include({ passes: 1, failures: 0 });
  });
});
