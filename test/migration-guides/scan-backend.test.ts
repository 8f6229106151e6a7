import { expect } from 'chai';
import { applyPlan, GuideError, planLift, scanBackend } from 'backstage-forklift/guides';
import { oldIndex } from './old-index';
import { makeRepository, removeRepositories } from './temporary-repository';

const INDEX = 'packages/backend/src/index.ts';

const STOCK = `import { createRouter } from '@backstage/plugin-proxy-backend';
import { Router } from 'express';
import { PluginEnvironment } from '../types';

export default async function createPlugin({ logger, config }: PluginEnvironment): Promise<Router> {
  return await createRouter({ logger, config });
}
`;

const HOME_MADE = `import { Router } from 'express';

export default async (env: any) => {
  const router = Router();
  router.get('/notes', async (_, response) => response.json(await env.database.getClient()));
  return router;
};
`;

function repository(): string {
  return makeRepository({
    [INDEX]: oldIndex(
      `apiRouter.use('/proxy', await proxy(createEnv('proxy')));
if (config.has('notes')) {
  apiRouter.use('/notes', audit, await notes(createEnv('old_notes'), { max: 3 }));
}`,
      {
        imports:
          "import proxy from './plugins/proxy';\nimport notes from './plugins/notes';\nimport { audit } from './audit';",
        builder: ".setPort(7000).addRouter('/api', apiRouter).addRouter('', metrics())",
      },
    ),
    'packages/backend/src/plugins/proxy.ts': STOCK,
    'packages/backend/src/plugins/notes.ts': HOME_MADE,
  });
}

describe('forklift scan', () => {
  afterEach(removeRepositories);

  it('lists the plugins of an old backend', async () => {
    const inventory = await scanBackend(repository());
    expect(inventory).to.include({ state: 'legacy', runtime: null, index: INDEX });
    expect(inventory.environment).to.include.members(['logger', 'tokenManager', 'identity']);
    const [proxy, notes] = inventory.plugins;
    expect(proxy).to.deep.include({
      id: 'proxy',
      path: '/api/proxy',
      state: 'legacy',
      style: 'stock',
      file: 'packages/backend/src/plugins/proxy.ts',
      packages: ['@backstage/plugin-proxy-backend'],
      envKeys: ['config', 'logger'],
      suggestedStep: 'lift',
    });
    expect(notes).to.deep.include({
      id: 'old_notes',
      path: '/api/notes',
      style: 'home-made',
      envKeys: ['database'],
      extraArguments: ['{ max: 3 }'],
      middlewares: ['audit'],
      branches: ["if (config.has('notes'))"],
      notes: ["Its data is kept under 'old_notes', its address is /api/notes."],
    });
    expect(inventory.rootRouters).to.have.length(1);
    expect(inventory.rootRouters[0]).to.include({ path: '', handler: 'metrics()' });
    expect(inventory.blockers).to.have.length(1);
    expect(inventory.blockers[0]).to.match(/index\.ts:\d+ calls setPort on the service builder\.$/);
  });

  it('tells which step is next after the lift', async () => {
    const root = repository();
    await applyPlan(await planLift(root));
    const inventory = await scanBackend(root);
    expect(inventory).to.include({ state: 'lifted', runtime: 'forklift' });
    const states = inventory.plugins.map(({ id, state, suggestedStep }) => [
      id,
      state,
      suggestedStep,
    ]);
    expect(states).to.deep.equal([
      ['proxy', 'forklifted', 'replace-stock'],
      ['notes', 'forklifted', 'convert-plugin-file'],
    ]);
  });

  it('knows a backend that is all new', async () => {
    const root = makeRepository({
      [INDEX]: `import { createBackend } from '@backstage/backend-defaults';
const backend = createBackend();
backend.add(import('@backstage/plugin-catalog-backend/alpha'));
backend.add(import('@backstage/plugin-catalog-backend-module-github'));
backend.add(import('./plugins/notes'));
backend.start();
`,
      'packages/backend/src/plugins/notes.ts':
        "import { createBackendPlugin } from '@backstage/backend-plugin-api';\n" +
        "export default createBackendPlugin({ pluginId: 'notes', register() {} });\n",
    });
    const inventory = await scanBackend(root);
    expect(inventory).to.include({ state: 'native', runtime: 'backstage' });
    expect(inventory.plugins.map(({ id, path, style }) => [id, path, style])).to.deep.equal([
      ['catalog', '/api/catalog', 'package'],
      ['catalog-github', null, 'package'],
      ['notes', '/api/notes', 'home-made'],
    ]);
  });

  it('finds the backend from any folder of the repository, and in unusual places', async () => {
    const index = oldIndex("apiRouter.use('/a', await a(createEnv('a')));", {
      imports: "import a from './plugins/a';",
    });
    const usual = makeRepository({ [INDEX]: index, 'packages/app/src/index.ts': '' });
    expect((await scanBackend(`${usual}/packages/app/src`)).backend).to.equal('packages/backend');
    const manifest = JSON.stringify({ dependencies: { '@backstage/backend-common': '1' } });
    const unusual = makeRepository({
      'package.json': '{ "workspaces": { "packages": ["apps/*"] } }',
      'packages/backend/package.json': '{}',
      'apps/server/package.json': manifest,
      'apps/server/src/index.ts': index,
    });
    expect((await scanBackend(unusual)).backend).to.equal('apps/server');
    expect((await scanBackend(unusual, { backend: 'apps/server' })).plugins).to.have.length(1);
  });

  const WORKSPACES: Record<string, string> = {
    'a list': "packages:\n- 'services/*'\n\n- plugins/*\n",
    'a list with comments':
      "catalog:\n  a: b\npackages: # ours\n  # all\n  - 'services/*' # mine\n",
    'a list in brackets': 'packages: ["services/**", "!services/old"]\n',
  };
  for (const [what, text] of Object.entries(WORKSPACES)) {
    it(`finds the backend by the workspaces of pnpm, written as ${what}`, async () => {
      const root = makeRepository({
        'package.json': '{}',
        'packages/backend/package.json': '{}',
        'pnpm-workspace.yaml': text,
        'services/api/package.json':
          '{ "name": "api", "dependencies": { "@backstage/backend-common": "1" } }',
        'services/api/src/index.ts': oldIndex(''),
      });
      expect((await scanBackend(root)).backend).to.equal('services/api');
    });
  }

  const refused: Record<string, { files: Record<string, string>; code: string; message: RegExp }> =
    {
      'a folder that is no Backstage repository': {
        files: { 'package.json': '{}', 'packages/backend/package.json': '{}' },
        code: 'NOT_A_BACKSTAGE_REPOSITORY',
        message: /is not a Backstage repository/,
      },
      'a backend in JavaScript': {
        files: { 'packages/backend/src/index.js': '' },
        code: 'JAVASCRIPT_BACKEND',
        message: /index\.js is JavaScript.*rename the file to index\.ts/,
      },
      'a package that is no backend': {
        files: { 'packages/backend/src/index.tsx': '' },
        code: 'BACKEND_NOT_FOUND',
        message: /packages\/backend has no src\/index\.ts$/,
      },
      'workspaces that do not parse': {
        files: {
          'packages/backend/package.json': '{}',
          'pnpm-workspace.yaml': 'packages: [a\n',
        },
        code: 'UNPARSABLE_FILE',
        message: /pnpm-workspace\.yaml does not parse: .*Fix it, then run this again$/,
      },
      'a file that does not parse': {
        files: { [INDEX]: 'import {\nconst x = ;\n' },
        code: 'UNPARSABLE_FILE',
        message: /packages\/backend\/src\/index\.ts:2:\d+ does not parse: .*Fix it/,
      },
    };
  for (const [what, { files, code, message }] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      const error = await scanBackend(makeRepository(files)).catch(each => each);
      expect(error).to.be.instanceOf(GuideError);
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
    });
  }

  it('refuses a folder that is not there', async () => {
    const error = await scanBackend('/no/such/folder').catch(each => each);
    expect(error.code).to.equal('FOLDER_NOT_FOUND');
  });
});
