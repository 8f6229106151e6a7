import { expect } from 'chai';
import { applyPlan, planConvert, type MigrationPlan } from 'backstage-forklift/guides';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const NOTES = 'packages/backend/src/plugins/notes.ts';

function indexWith(...lines: string[]): string {
  return `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();
${lines.map(line => `backend.add(${line});\n`).join('')}backend.start();
`;
}

const MOUNT = "legacyPlugin('notes', import('./plugins/notes'))";

async function convert(
  text: string,
  { mounts = [MOUNT], files = {} }: { mounts?: string[]; files?: Record<string, string> } = {},
): Promise<MigrationPlan> {
  return planConvert(
    makeRepository({ [INDEX]: indexWith(...mounts), [NOTES]: text, ...files }),
    'notes',
  );
}

function after(plan: MigrationPlan): string {
  return plan.edits.find(each => each.file === NOTES)?.after ?? `none: ${plan.report[0].reason}`;
}

const HEAD = "import { Router } from 'express';\n";
const BODY = '{\n  env.config.keys();\n  return Router();\n}';

describe('a plugin file is converted whose function is', () => {
  afterEach(removeRepositories);

  const forms: Record<string, string> = {
    'a default export': `export default async function createPlugin(env: any) ${BODY}\n`,
    'a default export without a name': `export default async function (env: any) ${BODY}\n`,
    'a default exported arrow function': `export default async (env: any) => ${BODY};\n`,
    'exported below': `async function createPlugin(env: any) ${BODY}\n\nexport default createPlugin;\n`,
    'exported above': `export default createPlugin;\n\nasync function createPlugin(env: any) ${BODY}\n`,
    'exported with a type': `async function createPlugin(env: any) ${BODY}\n\nexport default createPlugin as unknown;\n`,
    'a constant in a list of exports': `const createPlugin = async (env: any) => ${BODY};\n\nexport { createPlugin as default };\n`,
    'in a list of exports under its name': `async function createRouter(env: any) ${BODY}\n\nexport { createRouter };\n`,
    'exported both ways': `export async function createPlugin(env: any) ${BODY}\n\nexport default createPlugin;\n`,
    'exported by assignment': `async function createPlugin(env: any) ${BODY}\n\nexport = createPlugin;\n`,
    'exported as CommonJS': `async function createPlugin(env: any) ${BODY}\n\nmodule.exports = createPlugin;\n`,
    'exported as CommonJS in place': `module.exports = async (env: any) => ${BODY};\n`,
    'the default of CommonJS': `const createPlugin = (env: any) => ${BODY};\n\nexports.default = createPlugin;\n`,
  };
  for (const [title, text] of Object.entries(forms)) {
    it(title, async () => {
      const converted = after(await convert(HEAD + text));
      expect(converted.match(/\bexport\b|module\.exports|exports\./g)).to.deep.equal(['export']);
      expect(converted).to.contain('\nexport default createBackendPlugin({\n');
      expect(converted).to.match(
        /(function createRouter\(|const createRouter = (async )?\()env: Services\)/,
      );
      expect(converted).to.contain('httpRouter.use(await createRouter(services));');
      expect(converted).not.to.contain('createPlugin');
    });
  }

  it('in a list with others, which stay', async () => {
    const converted = after(
      await convert(
        `${HEAD}const limit = 3;\nasync function createPlugin(env: any) ${BODY}\n\nexport { createPlugin as default, limit, createPlugin as again };\n`,
      ),
    );
    expect(converted).to.contain('\nexport { limit };\n');
    expect(converted).to.contain('function createRouter(env: Services)');
  });
});

describe('a plugin file is left alone', () => {
  afterEach(removeRepositories);

  const reasons: Record<string, [text: string, reason: RegExp, mounts?: string[]]> = {
    'that passes on another one': [
      "export { default } from './impl';\n",
      /^passes on what \.\/impl exports: import that file in index\.ts$/,
    ],
    'that exports what it imports': [
      "import impl from './impl';\nexport default impl;\n",
      /^passes on what \.\/impl exports/,
    ],
    'that makes its function by a call': [
      "import { wrap } from './wrap';\nexport default wrap(async (env: any) => env.router);\n",
      /^exports what wrap\(\) gives, and not a function of its own$/,
    ],
    'that exports no function': [
      'export const answer = 42;\n',
      /^exports no function that makes a router$/,
    ],
    'with another default export': [
      `${HEAD}export async function notes(env: any) ${BODY}\n\nexport default class Other {}\n`,
      /^has another default export/,
      ["legacyPlugin('notes', import('./plugins/notes').then(m => ({ default: m.notes })))"],
    ],
    'that index.ts mounts twice': [
      `${HEAD}export default async function createPlugin(env: any) ${BODY}\n`,
      /^has a function that packages\/backend\/src\/index\.ts uses elsewhere as well$/,
      [MOUNT, "legacyPlugin('more-notes', import('./plugins/notes'))"],
    ],
  };
  for (const [title, [text, reason, mounts]] of Object.entries(reasons)) {
    it(title, async () => {
      const files = { 'packages/backend/src/plugins/impl.ts': 'export default 1;\n' };
      const plan = await convert(text, { mounts, files });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0]).to.include({ outcome: 'manual', guide: 'convert-plugin-file#before' });
      expect(plan.report[0].reason).to.match(reason);
    });
  }
});

describe('the error handler of a converted file', () => {
  afterEach(removeRepositories);

  const convertWith = async (statements: string): Promise<string> =>
    after(
      await convert(`import { errorHandler } from '@backstage/backend-common';
import { Router } from 'express';
import { listNotes, logErrors } from './list';

export default async function createPlugin(env: any) {
  const router = Router();
  env.config.keys();
${statements}
  return router;
}
`),
    );

  it('goes where it is a statement of its own', async () => {
    expect(await convertWith('  router.use(errorHandler());')).not.to.contain('errorHandler');
  });

  const kept: Record<string, string> = {
    'with options': '  router.use(errorHandler({ showStackTraces: true }));',
    'in a chain': '  router.use(listNotes).use(errorHandler());',
    'in a condition': '  if (env.config.has("a")) router.use(errorHandler());',
    'in front of another one': '  router.use(errorHandler());\n  router.use(logErrors);',
  };
  for (const [title, statements] of Object.entries(kept)) {
    it(`stays ${title}`, async () => {
      expect(await convertWith(statements)).to.contain(statements);
    });
  }
});

describe('a plugin below the path of another', () => {
  afterEach(removeRepositories);

  const ROUTES = `${HEAD}export default async function createPlugin(env: any) ${BODY}\n`;
  const ECS = "legacyPlugin('aws-ecs', import('./plugins/notes'), { path: '/api/aws/ecs' })";

  const convertEcs = async (text: string, mounts: string[], files: Record<string, string> = {}) =>
    planConvert(
      makeRepository({ [INDEX]: indexWith(...mounts), [NOTES]: text, ...files }),
      'aws-ecs',
    );

  it('is a module where that one is there', async () => {
    const plan = await convertEcs(ROUTES, [ECS, "import('@internal/plugin-aws-backend')"]);
    expect(after(plan)).to.contain("pluginId: 'aws',\n  moduleId: 'notes',");
    expect(after(plan)).to.contain(
      "httpRouter.use(Router().use('/ecs', await createRouter(services)));",
    );
    expect(plan.report[0]).to.include({
      plugin: 'aws-ecs',
      reason: "now a module of the plugin 'aws', below /api/aws/ecs",
      guide: 'convert-plugin-file#nested-paths',
    });
  });

  it('and one more become a plugin and a module of it', async () => {
    const second = 'packages/backend/src/plugins/build.ts';
    const root = makeRepository({
      [INDEX]: indexWith(
        ECS,
        "legacyPlugin('aws-build', import('./plugins/build'), { path: '/api/aws/code/build' })",
      ),
      [NOTES]: ROUTES,
      [second]: ROUTES,
    });
    await applyPlan(await planConvert(root, 'aws-ecs'));
    await applyPlan(await planConvert(root, 'aws-build'));
    const files = readFiles(root);
    expect(files[NOTES]).to.contain("createBackendPlugin({\n  pluginId: 'aws',\n  register");
    expect(files[second]).to.contain("pluginId: 'aws',\n  moduleId: 'build',");
    expect(files[second]).to.contain("Router().use('/code/build', await createRouter(services))");
    expect(files[INDEX]).not.to.contain('legacyPlugin');
  });

  it('keeps the database that it had', async () => {
    const config = 'backend:\n  database:\n    client: pg\n';
    const plan = await convertEcs(ROUTES.replace('config.keys', 'database.getClient'), [ECS], {
      'app-config.yaml': config,
    });
    const edit = plan.edits.find(each => each.file === 'app-config.yaml');
    expect(edit?.after).to.equal(
      `${config}    plugin:\n      aws:\n        connection:\n          database: backstage_plugin_aws-ecs\n`,
    );
  });

  it('stays where it has data, and the other one is there', async () => {
    const plan = await convertEcs(ROUTES.replace('config.keys', 'cache.getClient'), [
      ECS,
      "import('@internal/plugin-aws-backend')",
    ]);
    expect(plan.edits).to.deep.equal([]);
    expect(plan.report[0].reason).to.equal(
      "keeps its cache under 'aws-ecs', and the plugin that it is a part of under 'aws'",
    );
  });
});
