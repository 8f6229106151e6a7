import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { LifecycleService, RootLifecycleService } from '../../../lib/api';
import { DatabaseManager } from '../../../lib/services/database';
import { recordingLogger } from '../recording-logger';

/** A manager for a `backend.database` section, and what ends it. */
export function startManager(database: JsonObject | undefined) {
  const hooks: Array<() => void | Promise<void>> = [];
  const lifecycle = {
    addStartupHook: () => {},
    addBeforeShutdownHook: () => {},
    addShutdownHook: hook => hooks.push(hook),
  } as RootLifecycleService & LifecycleService;
  const logger = recordingLogger();
  const config = new ConfigReader(database ? { backend: { database } } : {});
  const manager = DatabaseManager.fromConfig(config, {
    rootLifecycle: lifecycle,
    rootLogger: logger,
  });
  return {
    logger,
    forPlugin: (id: string) => manager.forPlugin(id, { logger, lifecycle }),
    async stop() {
      for (const hook of hooks) await hook();
    },
  };
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}
