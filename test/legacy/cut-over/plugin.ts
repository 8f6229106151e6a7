import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearerToken, type PluginEnvironment } from 'backstage-forklift/legacy';
import Router from 'express-promise-router';

/** How many tasks the plugin schedules. */
export const TASKS = 3;

/** An old plugin: takes orders and runs tasks, and writes to a file when each run began and ended. */
export default async function createPlugin(
  env: Pick<PluginEnvironment, 'config' | 'database' | 'scheduler' | 'tokenManager'>,
) {
  const knex = await env.database.getClient();
  if (!(await knex.schema.hasTable('orders'))) {
    await knex.schema.createTable('orders', table => table.string('id').primary());
  }
  const file = openSync(env.config.getString('orders.runs'), 'a');
  const report = (entry: object) =>
    writeSync(file, `${JSON.stringify({ ...entry, process: process.pid })}\n`);
  for (let task = 0; task < TASKS; task += 1) {
    await env.scheduler.scheduleTask({
      id: `task-${task}`,
      frequency: { seconds: 1 },
      timeout: { seconds: 3 },
      async fn() {
        const begin = Date.now();
        report({ task, begin });
        await sleep(50 + Math.random() * 150);
        report({ task, begin, end: Date.now() });
      },
    });
  }

  const router = Router();
  router.get('/token', async (_req, res) => void res.json(await env.tokenManager.getToken()));
  router.post('/orders/:id', async (req, res) => {
    await env.tokenManager.authenticate(bearerToken(req) ?? '');
    await knex('orders').insert({ id: req.params.id });
    res.status(201).json({ pid: process.pid });
  });
  router.get('/orders', async (_req, res) => void res.json(await knex('orders').pluck('id')));
  return router;
}
