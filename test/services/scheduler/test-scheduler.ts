import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import express from 'express';
import type { Knex } from 'knex';
import type { HttpAuthService, RootLifecycleService } from '../../../lib/api';
import { DatabaseManager } from '../../../lib/services/database';
import { DefaultSchedulerService } from '../../../lib/services/scheduler';
import { recordingLogger } from '../recording-logger';

/** A scheduler of plugin `test` on a real database, with its HTTP endpoints. */
export function startScheduler(database: JsonObject) {
  const before: Array<() => void | Promise<void>> = [];
  const after: Array<() => void | Promise<void>> = [];
  const rootLifecycle = {
    addStartupHook: () => {},
    addBeforeShutdownHook: hook => before.push(hook),
    addShutdownHook: hook => after.push(hook),
  } as RootLifecycleService;
  const logger = recordingLogger();
  const manager = DatabaseManager.fromConfig(new ConfigReader({ backend: { database } }), {
    rootLifecycle,
  });
  const service = manager.forPlugin('test', { logger });
  const app = express();
  const scheduler = DefaultSchedulerService.create({
    database: service,
    httpAuth: {
      async credentials(request) {
        if (request.headers.authorization) return { principal: { type: 'service' } };
        throw new Error('for services only');
      },
    } as HttpAuthService,
    httpRouter: { use: handler => void app.use(handler), addAuthPolicy: () => {} },
    logger,
    pluginMetadata: { getId: () => 'test' },
    rootLifecycle,
  });
  app.use(((error, _request, response, _next) => {
    response.status(500).send(`${error.name}: ${error.message}`);
  }) as express.ErrorRequestHandler);
  return {
    app,
    logger,
    scheduler,
    knex: (): Promise<Knex> => service.getClient(),
    async stop() {
      for (const hook of [...before, ...after]) await hook();
    },
  };
}
