import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PLUGINS = 60;
const PACKAGES = 20;
const FILES_PER_PACKAGE = 10;

/**
 * Writes an old repository of 300 TypeScript files: a backend of 60 plugins and other files, and 20
 * packages.
 *
 * @returns the files, absolute
 */
export function writeLargeRepository(root) {
  const files = {
    'package.json': json({ private: true, workspaces: { packages: ['packages/*', 'plugins/*'] } }),
    'app-config.yaml': 'app:\n  baseUrl: http://localhost:3000\nbackend: {}\n',
    'packages/backend/package.json': json({
      name: 'backend',
      version: '0.0.0',
      backstage: { role: 'backend' },
      dependencies: { '@backstage/backend-common': '^0.25.0', winston: '^3.0.0' },
    }),
    'packages/backend/src/index.ts': indexText(),
    'packages/backend/src/types.ts': TYPES,
  };
  for (let i = 0; i < PLUGINS; i += 1) {
    files[`packages/backend/src/plugins/plugin${i}.ts`] = pluginText(i);
  }
  const own = 300 - Object.keys(files).filter(isSource).length - PACKAGES * FILES_PER_PACKAGE;
  for (let i = 0; i < own; i += 1) {
    files[`packages/backend/src/modules/module${i}.ts`] = moduleText(i);
  }
  for (let i = 0; i < PACKAGES; i += 1) {
    const name = `plugin-${i}-backend`;
    files[`plugins/${name}/package.json`] = json({
      name: `@internal/${name}`,
      version: '0.0.0',
      dependencies: { '@backstage/backend-common': '^0.25.0', winston: '^3.0.0' },
    });
    for (let j = 0; j < FILES_PER_PACKAGE; j += 1) {
      files[`plugins/${name}/src/module${j}.ts`] = moduleText(j);
    }
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return Object.keys(files)
    .filter(isSource)
    .map(file => join(root, file));
}

const isSource = file => file.endsWith('.ts');
const json = value => `${JSON.stringify(value, undefined, 2)}\n`;

const TYPES = `import { Logger } from 'winston';
import { PluginDatabaseManager } from '@backstage/backend-common';
import { Config } from '@backstage/config';

export type PluginEnvironment = {
  logger: Logger;
  config: Config;
  database: PluginDatabaseManager;
};
`;

function indexText() {
  const each = line => Array.from({ length: PLUGINS }, (_, i) => line(i)).join('\n');
  return `import Router from 'express-promise-router';
import {
  createServiceBuilder,
  DatabaseManager,
  getRootLogger,
  loadBackendConfig,
  notFoundHandler,
  useHotMemoize,
} from '@backstage/backend-common';
import { Config } from '@backstage/config';
import { PluginEnvironment } from './types';
${each(i => `import plugin${i} from './plugins/plugin${i}';`)}

function makeCreateEnv(config: Config) {
  const root = getRootLogger();
  const databaseManager = DatabaseManager.fromConfig(config);
  return (plugin: string): PluginEnvironment => {
    const logger = root.child({ type: 'plugin', plugin });
    const database = databaseManager.forPlugin(plugin);
    return { logger, config, database };
  };
}

async function main() {
  const config = await loadBackendConfig({ argv: process.argv, logger: getRootLogger() });
  const createEnv = makeCreateEnv(config);
${each(i => `  const plugin${i}Env = useHotMemoize(module, () => createEnv('plugin-${i}'));`)}

  const apiRouter = Router();
${each(i => `  apiRouter.use('/plugin-${i}', await plugin${i}(plugin${i}Env));`)}
  apiRouter.use(notFoundHandler());

  const service = createServiceBuilder(module).loadConfig(config).addRouter('/api', apiRouter);
  await service.start();
}

module.hot?.accept();
main();
`;
}

function pluginText(i) {
  return `import Router from 'express-promise-router';
import { PluginEnvironment } from '../types';
import { makeThing${i % 10} } from '../modules/module${i % 10}';

export default async function createPlugin(env: PluginEnvironment) {
  const router = Router();
  const thing = makeThing${i % 10}(env.logger);
  router.get('/things/:id', async (request, response) => {
    response.json(await thing.read(request.params.id));
  });
  return router;
}
`;
}

function moduleText(i) {
  const methods = Array.from(
    { length: 12 },
    (_, k) => `
  /** Does the ${k}. thing. */
  async method${k}(id: string, options: { deep?: boolean } = {}): Promise<string[]> {
    const found = await this.client(\`\${id}-${k}\`, options.deep ?? false);
    if (found.length === 0) {
      this.logger.warn(\`found nothing for \${id}\`);
      return [];
    }
    return found.map(each => each.trim()).filter(each => each !== '');
  }
`,
  ).join('');
  return `import { errorHandler } from '@backstage/backend-common';
import { Logger } from 'winston';

export class Thing${i} {
  constructor(
    private readonly logger: Logger,
    private readonly client: (id: string, deep: boolean) => Promise<string[]>,
  ) {}

  async read(id: string): Promise<string[]> {
    return this.method0(id);
  }
${methods}}

export function makeThing${i}(logger: Logger): Thing${i} {
  return new Thing${i}(logger, async () => []);
}

export const handleErrors = errorHandler();
`;
}
