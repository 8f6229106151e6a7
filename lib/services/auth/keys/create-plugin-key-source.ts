import type { DatabaseService, LoggerService, RootConfigService } from '../../../api';
import { DatabasePluginKeySource } from './database-plugin-key-source';
import type { PluginKeySource } from './plugin-key-source';
import { StaticPluginKeySource } from './static-plugin-key-source';

const CONFIG_KEY = 'backend.auth.pluginKeyStore';

/** Makes the key source of one plugin. */
export type CreatePluginKeySource = (options: {
  database: DatabaseService;
  logger: LoggerService;
}) => PluginKeySource;

/**
 * Reads `backend.auth.pluginKeyStore`: `database` (the default) or `static`.
 *
 * @throws Error for another type, and for static keys that cannot be used
 */
export async function readPluginKeySource(
  config: RootConfigService,
): Promise<CreatePluginKeySource> {
  const type = config.getOptionalString(`${CONFIG_KEY}.type`) ?? 'database';
  switch (type) {
    case 'database':
      return options => new DatabasePluginKeySource(options);
    case 'static': {
      const keysPath = `${CONFIG_KEY}.static.keys`;
      const keys = config.getOptionalConfigArray(keysPath) ?? [];
      const source = await StaticPluginKeySource.fromConfig(keys, keysPath);
      return () => source;
    }
    default:
      throw new Error(
        `Unsupported config value ${CONFIG_KEY}.type '${type}'; expected one of 'database', 'static'`,
      );
  }
}
