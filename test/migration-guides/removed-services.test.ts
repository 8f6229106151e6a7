import { expect } from 'chai';
import { planConvert } from 'backstage-forklift/guides';
import { makeRepository, removeRepositories } from './temporary-repository';

const HOME = 'packages/backend/node_modules/@backstage/plugin-lighthouse-backend';

function repositoryWithLighthouse(service: string): string {
  return makeRepository({
    'packages/backend/src/index.ts': `import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';

const backend = createBackend();

backend.add(legacyPlugin('lighthouse', import('./plugins/lighthouse')));

backend.start();
`,
    'packages/backend/src/plugins/lighthouse.ts': `import { createRouter } from '@backstage/plugin-lighthouse-backend';
import { PluginEnvironment } from '../types';

export default async function createPlugin(env: PluginEnvironment) {
  return await createRouter({ logger: env.logger, config: env.config });
}
`,
    [`${HOME}/package.json`]:
      '{ "name": "@backstage/plugin-lighthouse-backend", "version": "0.4.1" }',
    [`${HOME}/dist/index.d.ts`]:
      'declare const lighthousePlugin: () => BackendFeature;\nexport { lighthousePlugin as default };\n',
    [`${HOME}/dist/index.cjs.js`]: `deps: { it: backendPluginApi.coreServices.${service} }`,
  });
}

describe('forklift convert of a published plugin', () => {
  afterEach(removeRepositories);

  it('replaces it by its own plugin for the new system', async () => {
    const { edits } = await planConvert(repositoryWithLighthouse('logger'), 'lighthouse');
    expect(edits[0].after).to.include("import('@backstage/plugin-lighthouse-backend')");
  });

  it('leaves it alone where that plugin needs a service which is gone', async () => {
    const { edits, report } = await planConvert(
      repositoryWithLighthouse('tokenManager'),
      'lighthouse',
    );
    expect(edits).to.deep.equal([]);
    expect(report[0].outcome).to.equal('manual');
    expect(report[0].reason).to.include(
      '0.4.1 needs coreServices.tokenManager, which the new system no longer has: upgrade it first',
    );
  });
});
