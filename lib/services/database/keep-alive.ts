import { stringifyError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { LoggerService } from '../../api';

const INTERVAL_MILLIS = 60_000;

/**
 * Uses a pool every minute, so that no firewall drops the connections that the configuration tells it
 * to keep while idle. An outage is logged once.
 */
export function keepAlive(knex: Knex, pluginId: string, logger?: LoggerService): void {
  let failing = false;
  const timer = setInterval(async () => {
    if (!knex.client.pool) return clearInterval(timer);
    try {
      await knex.raw('select 1');
      failing = false;
    } catch (error) {
      if (!failing) {
        logger?.warn(`Database keepalive failed for plugin ${pluginId}, ${stringifyError(error)}`);
      }
      failing = true;
    }
  }, INTERVAL_MILLIS);
  timer.unref();
}
