import { camelCase } from './feature-id';
import type { NewFeature, PackageFiles } from './new-feature';
import { DEV_BACKEND, TEST_UTILITIES } from './runtimes';

/** The sources of a plugin with one route. */
export function pluginFiles({ id, name, runtime }: NewFeature): PackageFiles {
  const plugin = `${camelCase(id)}Plugin`;
  return {
    'README.md': `# ${name}

The backend of the plugin '${id}'. It answers below \`/api/${id}\`.

\`yarn start\` in this folder runs it alone; \`yarn test\` runs its tests.
`,
    'dev/index.ts': `import { createBackend } from '${DEV_BACKEND[runtime]}';

const backend = createBackend();

backend.add(import('../src'));

backend.start();
`,
    'src/index.ts': `export { ${plugin} as default } from './plugin';
`,
    'src/plugin.ts': `import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { createRouter } from './router';

/** The backend of the plugin '${id}'. */
export const ${plugin} = createBackendPlugin({
  pluginId: '${id}',
  register(env) {
    env.registerInit({
      deps: {
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
      },
      async init({ httpAuth, httpRouter, logger }) {
        httpRouter.use(await createRouter({ httpAuth, logger }));
      },
    });
  },
});
`,
    'src/router.ts': `import { HttpAuthService, LoggerService } from '@backstage/backend-plugin-api';
import express from 'express';
import Router from 'express-promise-router';

export interface RouterOptions {
  httpAuth: HttpAuthService;
  logger: LoggerService;
}

export async function createRouter({
  httpAuth,
  logger,
}: RouterOptions): Promise<express.Router> {
  const router = Router();
  router.use(express.json());

  router.get('/greeting', async (req, res) => {
    const { principal } = await httpAuth.credentials(req, { allow: ['user'] });
    logger.info(\`Greeting \${principal.userEntityRef}\`);
    res.json({ greeting: \`Hello \${principal.userEntityRef}\` });
  });

  return router;
}
`,
    'src/plugin.test.ts': `import { mockCredentials, startTestBackend } from '${TEST_UTILITIES[runtime]}';
import request from 'supertest';
import { ${plugin} } from './plugin';

describe('${id}', () => {
  it('greets the user who asks', async () => {
    const { server } = await startTestBackend({ features: [${plugin}] });
    await request(server)
      .get('/api/${id}/greeting')
      .set('Authorization', mockCredentials.user.header())
      .expect(200, { greeting: 'Hello user:default/mock' });
  });

  it('refuses callers without credentials', async () => {
    const { server } = await startTestBackend({ features: [${plugin}] });
    await request(server)
      .get('/api/${id}/greeting')
      .set('Authorization', mockCredentials.none.header())
      .expect(401);
  });
});
`,
  };
}
