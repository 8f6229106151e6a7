const IMPORTS = `import Router from 'express-promise-router';
import {
  CacheManager,
  createServiceBuilder,
  DatabaseManager,
  getRootLogger,
  HostDiscovery,
  loadBackendConfig,
  notFoundHandler,
  ServerTokenManager,
  UrlReaders,
} from '@backstage/backend-common';
import { TaskScheduler } from '@backstage/backend-tasks';
import { Config } from '@backstage/config';
import { DefaultIdentityClient } from '@backstage/plugin-auth-node';
import { ServerPermissionClient } from '@backstage/plugin-permission-node';
`;

const FACTORY = `
function makeCreateEnv(config: Config) {
  const root = getRootLogger();
  const reader = UrlReaders.default({ logger: root, config });
  const discovery = HostDiscovery.fromConfig(config);
  const cacheManager = CacheManager.fromConfig(config);
  const databaseManager = DatabaseManager.fromConfig(config, { logger: root });
  const tokenManager = ServerTokenManager.noop();
  const taskScheduler = TaskScheduler.fromConfig(config);
  const identity = DefaultIdentityClient.create({ discovery });
  const permissions = ServerPermissionClient.fromConfig(config, { discovery, tokenManager });

  return (plugin: string): PluginEnvironment => {
    const logger = root.child({ type: 'plugin', plugin });
    const database = databaseManager.forPlugin(plugin);
    const cache = cacheManager.forPlugin(plugin);
    const scheduler = taskScheduler.forPlugin(plugin);
    return { logger, database, cache, config, reader, discovery, tokenManager, scheduler, permissions, identity };
  };
}
`;

/** What may differ from the template around the statements of main(). */
export interface OldIndexOptions {
  /** Import declarations for what they use. */
  readonly imports?: string;
  /** Calls on the service builder. */
  readonly builder?: string;
  /** Statements of makeCreateEnv. */
  readonly factory?: string;
  /** Further keys of the environment: `, catalogClient`. */
  readonly keys?: string;
}

/**
 * A whole index.ts of the old backend template around the lines that a test is about.
 *
 * @param lines - statements of main(), between the creation of the environments and the builder
 */
export function oldIndex(lines: string, options: OldIndexOptions = {}): string {
  const { imports = '', builder = ".addRouter('/api', apiRouter)", factory = '', keys } = options;
  const memoize = lines.includes('useHotMemoize')
    ? "import { useHotMemoize } from '@backstage/backend-common';\n"
    : '';
  const environment = FACTORY.replace('\n  return (', `${indented(factory)}\n  return (`).replace(
    'identity };',
    keys ? `identity, ${keys.trim()} };` : 'identity };',
  );
  return `${IMPORTS}${memoize}${imports.trim()}
import { PluginEnvironment } from './types';
${environment}
async function main() {
  const config = await loadBackendConfig({ argv: process.argv, logger: getRootLogger() });
  const createEnv = makeCreateEnv(config);
  const apiRouter = Router();

${indented(lines)}
  apiRouter.use(notFoundHandler());

  const service = createServiceBuilder(module).loadConfig(config)${builder.trim()};

  await service.start().catch(err => {
    console.log(err);
    process.exit(1);
  });
}

module.hot?.accept();
main().catch(error => {
  console.error('Backend failed to start up', error);
  process.exit(1);
});
`;
}

function indented(lines: string): string {
  return lines
    .trim()
    .split('\n')
    .map(line => (line === '' ? '\n' : `  ${line}\n`))
    .join('');
}
