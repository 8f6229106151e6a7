import { expect } from 'chai';
import { applyPlan, GuideError, planConvert, type MigrationPlan } from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { readmeCases } from './readme-cases';
import { makeRepository, readFiles, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';
const MANIFEST = 'packages/backend/package.json';

function liftedIndex(line: string): string {
  return `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

${line.trim()}

backend.start();
`;
}

/** What stands between the creation and the start of the backend. */
function bodyOf(index: string): string {
  return /createBackend\(\);\n\n([\s\S]*)\nbackend\.start\(\);\n$/.exec(index)?.[1] ?? index;
}

function manifest(dependencies: object): string {
  return `${JSON.stringify({ name: 'backend', backstage: { role: 'backend' }, dependencies }, undefined, 2)}\n`;
}

function editOf(plan: MigrationPlan, file: string): string | null | undefined {
  return plan.edits.find(each => each.file === file)?.after;
}

const NOTES = 'packages/backend/src/plugins/notes.ts';

/** Converts a plugin file 'notes'. */
function convertNotes(
  text: string,
  { options = '', files = {} }: { options?: string; files?: Record<string, string> } = {},
): Promise<MigrationPlan> {
  const root = makeRepository({
    [INDEX]: liftedIndex(
      `backend.add(legacyPlugin('notes', import('./plugins/notes')${options}));`,
    ),
    [NOTES]: text,
    ...files,
  });
  return planConvert(root, 'notes');
}

const USES_DATABASE = `import { Router } from 'express';
import { PluginEnvironment } from '../types';

export default async function createPlugin({ database }: PluginEnvironment) {
  await database.getClient();
  return Router();
}
`;

describe('forklift convert', () => {
  afterEach(removeRepositories);

  describe('replaces a stock plugin as its guide shows', () => {
    for (const { title, blocks } of readmeCases('replace-stock')) {
      it(title, async () => {
        const [name] = Object.keys(blocks).filter(each => each.startsWith('plugin '));
        const id = name.slice('plugin '.length);
        const file = `packages/backend/src/plugins/${id}.ts`;
        const root = makeRepository({
          [INDEX]: liftedIndex(blocks.before),
          [MANIFEST]: manifest({
            'backstage-forklift': '^0.1.0',
            ...JSON.parse(blocks.dependencies),
          }),
          [file]: blocks[name],
        });
        const plan = await planConvert(root, id);
        expect(plan.step).to.equal('replace-stock');
        expect(bodyOf(editOf(plan, INDEX) ?? '')).to.equal(blocks.after);
        expect(editOf(plan, file)).to.equal(null);
      });
    }
  });

  describe('converts a plugin file as its guide shows', () => {
    for (const { title, blocks } of readmeCases('convert-plugin-file')) {
      it(title, async () => {
        const plan = await convertNotes(blocks.before);
        expect(plan.step).to.equal('convert-plugin-file');
        expect(editOf(plan, NOTES)).to.equal(blocks.after);
        expect(editOf(plan, INDEX)).to.contain("backend.add(import('./plugins/notes'));");
        expect(editOf(plan, INDEX)).not.to.contain('legacyPlugin');
      });
    }
  });

  it('has nothing to do the second time', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('notes', import('./plugins/notes')));"),
      [NOTES]: USES_DATABASE,
    });
    await applyPlan(await planConvert(root, 'notes'));
    const before = readFiles(root);
    const again = await planConvert(root, 'notes');
    expect(again.edits).to.deep.equal([]);
    expect(again.report.map(each => each.outcome)).to.deep.equal(['skipped']);
    expect(readFiles(root)).to.deep.equal(before);
  });

  it('names the old database in every configuration that keeps one', async () => {
    const config = [
      '# where we live',
      'backend:',
      '  database:',
      '    client: pg',
      '    connection: ${DATABASE} # secret',
      '  cors: {}',
      '',
    ].join('\n');
    const plan = await convertNotes(USES_DATABASE, {
      options: ", { envId: 'old_notes' }",
      files: {
        'app-config.yaml':
          "backend:\n  database:\n    client: better-sqlite3\n    connection: ':memory:'\n",
        'app-config.production.yaml': config,
      },
    });
    expect(editOf(plan, 'app-config.yaml')).to.equal(undefined);
    expect(editOf(plan, 'app-config.production.yaml')).to.equal(
      config.replace(
        '  cors',
        [
          '    plugin:',
          '      notes:',
          '        connection:',
          '          database: backstage_plugin_old_notes',
          '  cors',
        ].join('\n'),
      ),
    );
  });

  it('keeps a file that something else imports', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('proxy', import('./plugins/proxy')));"),
      [MANIFEST]: manifest({
        '@backstage/plugin-proxy-backend': '^0.6.0',
        'backstage-forklift': '1',
      }),
      'packages/backend/src/plugins/proxy.ts':
        "import { createRouter } from '@backstage/plugin-proxy-backend';\n" +
        'export default async (env: any) => createRouter({ config: env.config });\n',
      'packages/backend/src/other.ts': "import proxy from './plugins/proxy';\nproxy;\n",
    });
    const plan = await planConvert(root, 'proxy');
    expect(plan.edits.map(each => each.file)).to.deep.equal([INDEX]);
    expect(plan.report[1].reason).to.equal('kept: packages/backend/src/other.ts imports it');
  });

  const leftAlone: Record<
    string,
    { text: string; options?: string; reason: RegExp; anchor: string }
  > = {
    'hands on its whole environment': {
      text: "import { helper } from './helper';\nexport default async (env: any) => helper(env);\n",
      reason: /hands the whole environment on: helper\(env\)/,
      anchor: 'whole-environment',
    },
    'uses a method that only winston has': {
      text: 'export default async (env: any) => { env.logger.verbose(1); return env; };\n'.replace(
        'return env; ',
        '',
      ),
      reason: /calls logger.verbose/,
      anchor: 'logger',
    },
    'is served at a path of its own': {
      text: USES_DATABASE,
      options: ", { path: '/api/a/notes' }",
      reason: /is served at \/api\/a\/notes/,
      anchor: 'paths',
    },
    'is given middlewares': {
      text: USES_DATABASE,
      options: ', { middlewares: [] }',
      reason: /is given middlewares in index.ts/,
      anchor: 'options',
    },
    'makes tokens': {
      text: 'export default async ({ tokenManager }: any) => tokenManager.getToken();\n',
      reason: /uses env.tokenManager/,
      anchor: 'token-manager',
    },
  };
  for (const [title, { text, options, reason, anchor }] of Object.entries(leftAlone)) {
    it(`leaves a file alone that ${title}`, async () => {
      const plan = await convertNotes(text, { options });
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report).to.have.length(1);
      expect(plan.report[0]).to.include({
        outcome: 'manual',
        file: NOTES,
        guide: `convert-plugin-file#${anchor}`,
      });
      expect(plan.report[0].reason).to.match(reason);
    });
  }

  it('asks for the lift first', async () => {
    const root = makeRepository({
      [INDEX]: oldIndex("apiRouter.use('/a', await a(createEnv('a')));", {
        imports: "import a from './plugins/a';",
      }),
    });
    const error = await planConvert(root, 'a').catch(each => each);
    expect(error).to.be.instanceOf(GuideError);
    expect(error.code).to.equal('NOT_LIFTED');
    expect(error.message).to.match(/Run forklift lift first/);
  });

  it('names the plugins there are when it is asked for another', async () => {
    const root = makeRepository({
      [INDEX]: liftedIndex("backend.add(legacyPlugin('notes', import('./plugins/notes')));"),
      [NOTES]: USES_DATABASE,
    });
    const error = await planConvert(root, 'todo').catch(each => each);
    expect(error.message).to.equal(`${INDEX} mounts no plugin 'todo'. It has 'notes'`);
  });
});
