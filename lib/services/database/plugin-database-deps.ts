import type { LifecycleService, LoggerService } from '../../api';

/** What the database of a plugin uses of the plugin. */
export interface PluginDatabaseDeps {
  logger?: LoggerService;
  lifecycle?: LifecycleService;
}
