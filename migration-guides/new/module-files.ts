import { camelCase, pascalCase } from './feature-id';
import type { NewFeature, PackageFiles } from './new-feature';
import { TEST_UTILITIES } from './runtimes';

/** The sources of a module that does nothing yet. */
export function moduleFiles({ id, pluginId, name, runtime }: NewFeature): PackageFiles {
  const module = `${camelCase(pluginId)}Module${pascalCase(id)}`;
  return {
    'README.md': `# ${name}

The module '${id}' of the plugin '${pluginId}'.

It extends the plugin by the extension points that the plugin's \`-node\` package exports: name them in
\`deps\` of src/module.ts, and call them in \`init\`.
`,
    'src/index.ts': `export { ${module} as default } from './module';
`,
    'src/module.ts': `import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';

/** The module '${id}' of the plugin '${pluginId}'. */
export const ${module} = createBackendModule({
  pluginId: '${pluginId}',
  moduleId: '${id}',
  register(env) {
    env.registerInit({
      deps: {
        logger: coreServices.logger,
      },
      async init({ logger }) {
        logger.info('The module ${id} is ready');
      },
    });
  },
});
`,
    'src/module.test.ts': `import { mockServices, startTestBackend } from '${TEST_UTILITIES[runtime]}';
import assert from 'node:assert';
import { ${module} } from './module';

describe('${id}', () => {
  it('starts with its plugin', async () => {
    const lines: string[] = [];
    const logger = mockServices.logger.mock({
      info: message => void lines.push(message),
    });
    await startTestBackend({ features: [${module}, logger.factory] });
    assert.deepEqual(lines, ['The module ${id} is ready']);
  });
});
`,
  };
}
