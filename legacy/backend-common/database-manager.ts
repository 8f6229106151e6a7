import type { Config } from '@backstage/config';
import * as api from '../../lib/api';
import type { DatabaseService, LoggerService } from '../../lib/api';
import { DatabaseManager as NewDatabaseManager } from '../../lib/services/database';
import { processLifecycle } from './process-lifecycle';

/** @deprecated Use `DatabaseManagerOptions` of backstage-forklift/services. */
export type DatabaseManagerOptions = {
  migrations?: DatabaseService['migrations'];
  logger?: LoggerService;
};

/** @deprecated Import it from backstage-forklift or @backstage/backend-plugin-api. */
export const isDatabaseConflictError = api.isDatabaseConflictError;

/** @deprecated Use `DatabaseService`. */
export type PluginDatabaseManager = DatabaseService;

/** @deprecated Use `coreServices.database`. */
export type LegacyRootDatabaseService = {
  forPlugin(pluginId: string): PluginDatabaseManager;
};

/** @deprecated Use `coreServices.database`, or `DatabaseManager` of backstage-forklift/services. */
export class DatabaseManager implements LegacyRootDatabaseService {
  readonly #manager: NewDatabaseManager;
  readonly #logger?: LoggerService;

  static fromConfig(config: Config, options: DatabaseManagerOptions = {}): DatabaseManager {
    const { migrations, logger } = options;
    return new DatabaseManager(
      NewDatabaseManager.fromConfig(config, { migrations, rootLifecycle: processLifecycle }),
      logger,
    );
  }

  private constructor(manager: NewDatabaseManager, logger?: LoggerService) {
    this.#manager = manager;
    this.#logger = logger;
  }

  forPlugin(pluginId: string): PluginDatabaseManager {
    return this.#manager.forPlugin(pluginId, {
      logger: this.#logger?.child({ type: 'plugin', plugin: pluginId }),
    });
  }
}
