import { expect } from 'chai';
import { planConvert, planStep, readGuide, type MigrationPlan } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';
import { makeRepository, removeRepositories } from './temporary-repository';

const NOTES = 'packages/backend/src/plugins/notes.ts';

const INDEX = `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('notes', import('./plugins/notes')));

backend.start();
`;

function editOf(plan: MigrationPlan, file: string): string {
  return plan.edits.find(each => each.file === file)?.after ?? '';
}

function convertNotes(text: string): Promise<MigrationPlan> {
  return planConvert(
    makeRepository({ 'packages/backend/src/index.ts': INDEX, [NOTES]: text }),
    'notes',
  );
}

/** Runs the step over a repository with one plugin of the new system. */
function runStep(text: string): Promise<MigrationPlan> {
  return planStep(
    makeRepository({ 'packages/backend/src/index.ts': INDEX, [NOTES]: text }),
    'auth-services',
  );
}

function nativePlugin(body: string, deps = 'tokenManager: coreServices.tokenManager'): string {
  return `import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { CatalogClient } from '@backstage/catalog-client';

export default createBackendPlugin({
  pluginId: 'notes',
  register(env) {
    env.registerInit({
      deps: {
        ${deps},
      },
      async init({ tokenManager }) {
        ${body}
      },
    });
  },
});
`;
}

describe('the guide to auth services', () => {
  afterEach(removeRepositories);

  for (const { title, blocks } of readmeCases('auth-services')) {
    it(`is done as it shows: ${title}`, async () => {
      if (blocks['plugin-before']) {
        const plan = await runStep(blocks['plugin-before']);
        expect(editOf(plan, NOTES)).to.equal(blocks.after);
        expect(plan.report.map(each => each.outcome)).to.deep.equal(['migrated', 'migrated']);
        const again = await runStep(blocks.after);
        expect(again.edits).to.deep.equal([]);
      } else {
        expect(editOf(await convertNotes(blocks.before), NOTES)).to.equal(blocks.after);
      }
    });
  }

  it('follows coreServices under other names', async () => {
    const body =
      'const catalog = new CatalogClient();\n        const { token } = await tokenManager.getToken();\n        await catalog.getEntities({}, { token });';
    const plain = nativePlugin(body);
    const renamed = plain
      .replace('{ coreServices,', '{ coreServices as core,')
      .replace('coreServices.tokenManager', 'core.tokenManager');
    expect(editOf(await runStep(renamed), NOTES)).to.contain('auth: core.auth,');
    const whole = plain
      .replace('{ coreServices, createBackendPlugin }', '* as api')
      .replace('createBackendPlugin({', 'api.createBackendPlugin({')
      .replace('coreServices.tokenManager', 'api.coreServices.tokenManager');
    expect(editOf(await runStep(whole), NOTES)).to.contain('auth: api.coreServices.auth,');
  });

  const asking = (lines: string): string =>
    "import { getBearerTokenFromAuthorizationHeader as read } from '@backstage/plugin-auth-node';\n" +
    "import { Router } from 'express';\n" +
    'export default async (env: any) => {\n  const router = Router();\n' +
    `  router.get('/', async (req, res) => {\n${lines}\n  });\n  return router;\n};\n`;

  for (const header of [
    "req.header('authorization')",
    "req.get('Authorization')",
    'req.headers.authorization',
    "req.headers['authorization']",
  ]) {
    it(`takes the credentials of the request whose token is ${header}`, async () => {
      const text = asking(
        `const token = read(${header});\nres.json(await env.permissions.authorize([], { token }));`,
      );
      const after = editOf(await convertNotes(text), NOTES);
      expect(after).to.contain('const credentials = await env.httpAuth.credentials(req);');
      expect(after).to.contain('env.permissions.authorize([], { credentials })');
    });
  }

  it('has a name for each of the credentials that one function reads', async () => {
    const text = asking(
      "const a = read(req.get('authorization'));\nawait env.permissions.authorize([], { token: a });\n" +
        "const b = read(req.get('authorization'));\nawait env.permissions.authorize([], { token: b });",
    );
    const after = editOf(await convertNotes(text), NOTES);
    expect(after).to.match(/const credentials = .*\n.*\{ credentials \}/);
    expect(after).to.match(/const credentials2 = .*\n.*\{ credentials: credentials2 \}/);
  });

  const WHO: Record<string, [line: string, isConverted: boolean]> = {
    'tested beside something else': [
      'if (req.ok && (user)) res.json(user.identity.userEntityRef);',
      true,
    ],
    'handed on by what is tested first': ['const found = req.ok && user;\nres.json(found);', false],
    'awaited later': ['res.json((await user)?.identity.userEntityRef);', false],
    'handed to a function': ['res.json(nameOf(user));', false],
  };
  for (const [what, [line, isConverted]] of Object.entries(WHO)) {
    it(`${isConverted ? 'takes' : 'keeps'} an identity that is ${what}`, async () => {
      const found = what === 'awaited later' ? '' : 'await ';
      const text = asking(
        `const user = ${found}env.identity.getIdentity({ request: req });\n${line}`,
      );
      const plan = await convertNotes(text);
      const after = editOf(plan, NOTES);
      expect(after.includes('httpAuth.credentials(req')).to.equal(isConverted);
      expect(after.includes('identity.getIdentity(')).to.equal(!isConverted);
    });
  }

  describe('keeps old contracts where what to do is not certain', () => {
    const kept: Record<string, { text: string; made: string; type: string; deps: string[] }> = {
      'an identity service that goes to other code': {
        text: "import { createRouter } from '@acme/lists';\nexport default async (env: any) => createRouter({ identity: env.identity });\n",
        made: 'identity: createLegacyIdentity({ auth, userInfo }),',
        type: 'identity: LegacyIdentityService;',
        deps: ['auth: coreServices.auth', 'userInfo: coreServices.userInfo'],
      },
      'permissions that go to other code': {
        text: "import { createRouter } from '@acme/lists';\nexport default async ({ permissions }: any) => createRouter({ permissions });\n",
        made: 'permissions: permissionsToLegacy({ auth, permissions }),',
        type: 'permissions: LegacyPermissionEvaluator;',
        deps: ['auth: coreServices.auth', 'permissions: coreServices.permissions'],
      },
      'a token for two plugins': {
        text: `import { CatalogClient } from '@backstage/catalog-client';
export default async ({ discovery, tokenManager }: any) => {
  const { token } = await tokenManager.getToken();
  await new CatalogClient({ discoveryApi: discovery }).getEntities({}, { token });
  await fetch(await discovery.getBaseUrl('polls'), { headers: { Authorization: \`Bearer \${token}\` } });
  return (_: any, response: any) => response.end();
};
`,
        made: 'tokenManager,',
        type: 'tokenManager: TokenManager;',
        deps: ['tokenManager: tokenManagerServiceFactory.service'],
      },
      'a cache manager that goes to other code': {
        text: "import { createRouter } from '@acme/lists';\nexport default async ({ cache }: any) => createRouter({ cache });\n",
        made: 'cache: cacheToPluginCacheManager(cache),',
        type: 'cache: PluginCacheManager;',
        deps: ['cache: coreServices.cache'],
      },
    };
    for (const [title, { text, made, type, deps }] of Object.entries(kept)) {
      it(title, async () => {
        const plan = await convertNotes(text);
        const after = editOf(plan, NOTES);
        for (const each of [made, type, ...deps]) expect(after).to.contain(each);
        const reasons = plan.report.map(each => each.reason).join('\n');
        expect(reasons).to.match(/keeps \w+ of the old system, made of services/);
      });
    }

    it('a token manager, which the backend has to add', async () => {
      const plan = await convertNotes(
        "import { createRouter } from '@acme/lists';\nexport default async (env: any) => createRouter({ tokenManager: env.tokenManager });\n",
      );
      const index = editOf(plan, 'packages/backend/src/index.ts');
      expect(index).to.contain('backend.add(tokenManagerServiceFactory);');
      expect(index).to.contain(
        "import { tokenManagerServiceFactory } from 'backstage-forklift/legacy';",
      );
    });
  });

  it('has a section for what can not be read', async () => {
    const broken = await runStep('const = coreServices.identity');
    expect(broken.report[0].guide).to.equal('auth-services#what-changes');
    expect(await readGuide(broken.report[0].guide)).to.match(/^## What changes/);
  });

  describe('leaves to a person', () => {
    const left: Record<string, { text: string; anchor: string }> = {
      'a token that goes elsewhere': {
        text: nativePlugin('const { token } = await tokenManager.getToken();\n        use(token);'),
        anchor: 'token-manager',
      },
      'a token manager that goes to other code': {
        text: nativePlugin('use({ tokenManager });'),
        anchor: 'token-manager',
      },
      'a token manager under another name': {
        text: nativePlugin('use(tokenManager);', 'tokens: coreServices.tokenManager'),
        anchor: 'token-manager',
      },
      'a service in a factory': {
        text: "import { coreServices, createServiceFactory } from '@backstage/backend-plugin-api';\nexport default createServiceFactory({ deps: { identity: coreServices.identity } });\n",
        anchor: 'identity',
      },
    };
    for (const [title, { text, anchor }] of Object.entries(left)) {
      it(title, async () => {
        const plan = await runStep(text);
        expect(plan.edits).to.deep.equal([]);
        expect(plan.report).to.have.length(1);
        expect(plan.report[0]).to.include({
          file: NOTES,
          outcome: 'manual',
          guide: `auth-services#${anchor}`,
        });
      });
    }
  });
});
