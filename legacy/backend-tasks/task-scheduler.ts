import type { Config } from '@backstage/config';
import type { LoggerService, SchedulerService } from '../../lib/api';
import { DefaultSchedulerService } from '../../lib/services/scheduler';
import {
  DatabaseManager,
  type LegacyRootDatabaseService,
  type PluginDatabaseManager,
} from '../backend-common/database-manager';
import { processLifecycle } from '../backend-common/process-lifecycle';
import { getRootLogger } from '../backend-common/root-logger';
import type { PluginTaskScheduler } from './task-definitions';

/** Routes that list the tasks belong to plugins of the new system: old backends have none. */
const noRoutes = { use() {}, addAuthPolicy() {} };

/**
 * Runs tasks of plugins, over the tables that the new system uses too.
 *
 * @deprecated Use `coreServices.scheduler`.
 */
export class TaskScheduler {
  readonly #databaseManager: LegacyRootDatabaseService;
  readonly #logger: LoggerService;
  readonly #schedulers = new Map<string, SchedulerService>();

  static fromConfig(
    config: Config,
    options: { databaseManager?: LegacyRootDatabaseService; logger?: LoggerService } = {},
  ): TaskScheduler {
    return new TaskScheduler(
      options.databaseManager ?? DatabaseManager.fromConfig(config),
      (options.logger ?? getRootLogger()).child({ type: 'taskManager' }),
    );
  }

  /** The scheduler of one plugin. */
  static forPlugin(options: {
    pluginId: string;
    databaseManager: PluginDatabaseManager;
    logger: LoggerService;
  }): PluginTaskScheduler {
    const { pluginId, databaseManager, logger } = options;
    return DefaultSchedulerService.create({
      database: databaseManager,
      logger,
      pluginMetadata: { getId: () => pluginId },
      rootLifecycle: processLifecycle,
      httpRouter: noRoutes,
    });
  }

  constructor(databaseManager: LegacyRootDatabaseService, logger: LoggerService) {
    this.#databaseManager = databaseManager;
    this.#logger = logger;
  }

  forPlugin(pluginId: string): PluginTaskScheduler {
    let scheduler = this.#schedulers.get(pluginId);
    if (!scheduler) {
      scheduler = TaskScheduler.forPlugin({
        pluginId,
        databaseManager: this.#databaseManager.forPlugin(pluginId),
        logger: this.#logger.child({ plugin: pluginId }),
      }) as SchedulerService;
      this.#schedulers.set(pluginId, scheduler);
    }
    return scheduler;
  }
}
