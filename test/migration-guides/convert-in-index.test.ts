import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import type { BackendFeature } from 'backstage-forklift';
import { applyPlan, planConvert, scanBackend, type MigrationPlan } from 'backstage-forklift/guides';
import { mockCredentials, startTestBackend } from 'backstage-forklift/testing';
import { makeRepository, readFiles, removeRepositories, type Files } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';

function indexWith(mounts: string, head = ''): string {
  return `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { Router } from 'express';
${head}
const backend = createBackend();
${mounts}
backend.start();
`;
}

const repository = (mounts: string, files: Files = {}, head?: string): string =>
  makeRepository({ [INDEX]: indexWith(mounts, head), ...files });

/** The features of a converted index.ts, made by its own code. */
async function featuresOf(root: string): Promise<BackendFeature[]> {
  symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
  const collect =
    'const added: any[] = [];\nconst backend = { add: (each: any) => added.push(each), start() {} };';
  const index = readFiles(root)
    [INDEX].replace(/^const backend = .*$/m, collect)
    .replaceAll('await import(', 'require(');
  const file = join(root, 'packages/backend/src/features.ts');
  writeFileSync(file, `${index}\nexport default added;\n`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(file).default;
}

async function statusOf(features: BackendFeature[], path: string, isUser = true): Promise<unknown> {
  const backend = await startTestBackend({ features });
  const answer = await request(backend.server)
    .get(path)
    .set('authorization', isUser ? mockCredentials.user.header() : mockCredentials.none.header());
  await backend.stop();
  return answer.status === 200 ? answer.text : answer.status;
}

const HEALTH = `backend.add(
  legacyPlugin(
    'notes',
    Promise.resolve({
      default: env =>
        Router()
          .get('/health', (_, res) => void res.send('ok'))
          .get('/title', (_, res) => void res.send(env.config.getOptionalString('x') ?? limit)),
    }),
  ),
);`;

describe('a plugin that is written in index.ts', () => {
  afterEach(removeRepositories);

  it('is converted in its place, and answers as before', async () => {
    const root = repository(HEALTH, {}, "const limit = 'three';");
    const plan = await planConvert(root, 'notes');
    expect(plan.report.map(each => each.outcome)).to.deep.equal(['migrated', 'migrated']);
    await applyPlan(plan);
    const features = await featuresOf(root);
    expect(await statusOf(features, '/api/notes/title')).to.equal('three');
    expect(await statusOf(features, '/api/notes/title', false)).to.equal(401);
    expect(await statusOf(features, '/api/notes/health', false)).to.equal('ok');
    expect(readFiles(root)[INDEX]).not.to.contain('legacyPlugin');
    expect((await planConvert(root, 'notes')).edits, 'the second time').to.deep.equal([]);
    const { plugins, state } = await scanBackend(root);
    expect(state).to.equal('native');
    expect(plugins[0]).to.include({
      id: 'notes',
      state: 'native',
      path: '/api/notes',
      file: INDEX,
    });
  });

  it('answers below its path', async () => {
    const root = repository(
      `backend.add(
  legacyPlugin(
    'parts',
    Promise.resolve({ default: () => Router().get('/list', (_, res) => void res.send('screws')) }),
    { path: '/api/notes/parts' },
  ),
);`,
      {},
      "const limit = 'three';",
    );
    await applyPlan(await planConvert(root, 'parts'));
    const features = await featuresOf(root);
    expect(await statusOf(features, '/api/notes/parts/list')).to.equal('screws');
    expect(await statusOf(features, '/api/notes/list')).to.equal(404);
    expect(await statusOf(features, '/api/notes/parts/list', false)).to.equal(401);
  });

  it('imports a handler of a file when it is needed', async () => {
    const root = repository(
      `backend.add(
  legacyPlugin(
    'assets',
    import('./plugins/assets').then(({ assets }) => ({ default: () => assets })),
    { auth: { allow: ['/'] } },
  ),
);`,
      {
        'packages/backend/src/plugins/assets.ts':
          'export const assets = (_req: any, res: any) => void res.send("an asset");\n',
      },
    );
    await applyPlan(await planConvert(root, 'assets'));
    const index = readFiles(root)[INDEX];
    expect(index).to.contain("const { assets } = await import('./plugins/assets');");
    expect(index).to.contain('httpRouter.use(assets);');
    expect(await statusOf(await featuresOf(root), '/api/assets/a', false)).to.equal('an asset');
  });

  it('is a module where it is served below another plugin', async () => {
    const root = repository(
      `backend.add(
  legacyPlugin('coder', Promise.resolve({ default: env => createCoder({ config: env.config }) }), {
    path: '/api/auth/coder',
  }),
);
backend.add(import('@backstage/plugin-auth-backend'));`,
    );
    const after = (await planConvert(root, 'coder')).edits[0].after ?? '';
    expect(after).to.contain("pluginId: 'auth',\n    moduleId: 'coder',");
    expect(after).to.contain(
      "httpRouter.use(Router().use('/coder', await createCoder({ config: env.config })));",
    );
  });

  it('stays in its feature loader', async () => {
    const root = makeRepository({
      [INDEX]: `import { coreServices, createBackend, createBackendFeatureLoader } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();
backend.add(
  createBackendFeatureLoader({
    deps: { config: coreServices.rootConfig },
    *loader({ config }) {
      const limit = config.getNumber('limit');
      yield legacyPlugin('notes', Promise.resolve({ default: env => createNotes(env.database, limit) }));
    },
  }),
);
backend.start();
`,
    });
    const after = (await planConvert(root, 'notes')).edits[0].after ?? '';
    expect(after).to.contain(
      "      yield createBackendPlugin({\n        pluginId: 'notes',\n        register(env) {\n",
    );
    expect(after).to.contain('httpRouter.use(await createNotes(env.database, limit));');
    expect(after).to.match(
      /^import \{ createBackendPlugin \} from '@backstage\/backend-plugin-api';$/m,
    );
  });

  const left: Record<string, [mount: string, reason: RegExp]> = {
    'hands its whole environment on': [
      'env => createNotes(env)',
      /^hands the whole environment on/,
    ],
    'has statements': ['env => {\n  return createNotes(env.config);\n}', /no published plugin/],
    'uses a key that no service has': ['env => createNotes(env.eventBroker)', /env\.eventBroker/],
  };
  for (const [title, [made, reason]] of Object.entries(left)) {
    it(`is left to a person that ${title}`, async () => {
      const mount = `backend.add(legacyPlugin('notes', Promise.resolve({ default: ${made} })));`;
      const plan: MigrationPlan = await planConvert(repository(mount), 'notes');
      expect(plan.edits).to.deep.equal([]);
      expect(plan.report[0].reason).to.match(reason);
    });
  }
});
