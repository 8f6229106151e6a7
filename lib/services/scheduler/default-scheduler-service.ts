import type {
  DatabaseService,
  HttpAuthService,
  HttpRouterService,
  LoggerService,
  MetricsService,
  PluginMetadataService,
  RootLifecycleService,
  SchedulerService,
} from '../../api';
import { GlobalTasks } from './global-tasks';
import { PluginScheduler } from './plugin-scheduler';
import { schedulerRouter } from './scheduler-router';
import { TaskStore } from './task-store';
import { allowManualTasks, createTasksTable, keepsLastRun } from './task-table';

/** Options of {@link DefaultSchedulerService.create}. */
export interface DefaultSchedulerServiceOptions {
  database: DatabaseService;
  /** Guards the endpoint that releases a task by force, which is missing without it. */
  httpAuth?: HttpAuthService;
  httpRouter: HttpRouterService;
  logger: LoggerService;
  /** Counts and times the runs; by default the OpenTelemetry meter `backstage-plugin-<id>`. */
  metrics?: MetricsService;
  pluginMetadata: PluginMetadataService;
  rootLifecycle: RootLifecycleService;
}

/**
 * Runs tasks on schedules, each by one process at a time, over a table in the database of the plugin.
 * The table is that of stock Backstage, whose processes can share it. The database is first used when a
 * task that is not local is scheduled.
 */
export class DefaultSchedulerService {
  static create(options: DefaultSchedulerServiceOptions): SchedulerService {
    const { database, httpAuth, httpRouter, logger, metrics, pluginMetadata, rootLifecycle } =
      options;
    let store: Promise<TaskStore> | undefined;
    const globalTasks = new GlobalTasks({
      logger,
      store: () => {
        store ??= openTaskStore(database);
        store.catch(() => (store = undefined));
        return store;
      },
    });
    const scheduler = new PluginScheduler({
      pluginId: pluginMetadata.getId(),
      logger,
      metrics,
      globalTasks,
    });
    // Before the databases close, since tickets are given back through them.
    rootLifecycle.addBeforeShutdownHook(() => scheduler.stop());
    httpRouter.use(schedulerRouter(scheduler, httpAuth));
    return scheduler;
  }
}

async function openTaskStore(database: DatabaseService): Promise<TaskStore> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) await createTasksTable(knex);
  return new TaskStore(knex, {
    keepsLastRun: await keepsLastRun(knex),
    allowManualTasks: () => allowManualTasks(knex),
  });
}
