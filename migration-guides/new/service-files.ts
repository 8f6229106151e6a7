import { camelCase, pascalCase } from './feature-id';
import type { NewFeature, PackageFiles } from './new-feature';
import { TEST_UTILITIES } from './runtimes';

/** The sources of a service that brings its own implementation. */
export function serviceFiles({ id, name, runtime }: NewFeature): PackageFiles {
  const service = `${pascalCase(id)}Service`;
  const ref = `${camelCase(id)}ServiceRef`;
  return {
    'README.md': `# ${name}

The service '${id}', for plugins and modules: they name \`${ref}\` in their \`deps\`.

A backend has it without being told; \`backend.add(createServiceFactory({ service: ${ref}, … }))\`
puts another implementation in its place.
`,
    'src/index.ts': `export { ${ref} } from './${id}-service';
export type { ${service} } from './${id}-service';
`,
    [`src/${id}-service.ts`]: `import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';

export interface ${service} {
  /** Says who asks. */
  greet(): string;
}

/** The service '${id}', one for each plugin. */
export const ${ref} = createServiceRef<${service}>({
  id: '${id}.service',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        plugin: coreServices.pluginMetadata,
      },
      factory: ({ plugin }) => ({ greet: () => \`Hello \${plugin.getId()}\` }),
    }),
});
`,
    [`src/${id}-service.test.ts`]: `import { startTestBackend } from '${TEST_UTILITIES[runtime]}';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import assert from 'node:assert';
import { ${ref} } from './${id}-service';

describe('${ref}', () => {
  it('is there without being added, and knows its plugin', async () => {
    const greetings: string[] = [];
    const plugin = createBackendPlugin({
      pluginId: 'guest',
      register(env) {
        env.registerInit({
          deps: { service: ${ref} },
          async init({ service }) {
            greetings.push(service.greet());
          },
        });
      },
    });
    await startTestBackend({ features: [plugin] });
    assert.deepEqual(greetings, ['Hello guest']);
  });
});
`,
  };
}
