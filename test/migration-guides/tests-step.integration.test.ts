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

describe('a test that was moved to the test backend', () => {
  afterEach(removeRepositories);

  it('passes', async () => {
    const { blocks } = readmeCases('tests').filter(each => 'plugin' in each.blocks)[0];
    const paths = {
      'backstage-forklift': [join(HOME, 'lib/index.ts')],
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
      [`${FOLDER}/src/notes.ts`]: ROUTER,
      [`${FOLDER}/src/plugin.ts`]: blocks.plugin,
      [`${FOLDER}/src/notes.test.ts`]: blocks.before,
    });
    symlinkSync(MODULES, join(root, 'node_modules'));
    await applyPlan(await planStep(root, 'tests'));
    // The test is one of Jest; Mocha has another name for the same.
    writeFileSync(join(root, 'names.cjs'), 'global.beforeAll = (...args) => before(...args);\n');
    const mocha = [join(MODULES, 'mocha/bin/mocha.js'), '--no-config', '--reporter', 'json'];
    const args = [
      ...mocha,
      '--require',
      'tsx/cjs',
      '--require',
      './names.cjs',
      `${FOLDER}/src/*.test.ts`,
    ];
    const env = { ...process.env, NODE_ENV: 'test' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch(
      error => {
        throw new Error(error.stdout + error.stderr);
      },
    );
    expect(JSON.parse(stdout).stats).to.include({ passes: 2, failures: 0 });
  });
});
