const { CatalogClient } = require('@backstage/catalog-client');
const { createScheduler } = require('@backstage/plugin-lighthouse-backend');
const { Router } = require('express');

exports.default = async env => {
  await createScheduler({
    ...env,
    catalogClient: new CatalogClient({ discoveryApi: env.discovery }),
  });
  return Router().get('/tasks', async (_req, res) => {
    const tasks = await env.scheduler.getScheduledTasks();
    res.json(tasks.map(({ id, scope }) => ({ id, scope })));
  });
};
exports.config = stub => ({
  lighthouse: {
    baseUrl: stub,
    schedule: { frequency: { days: 1 }, timeout: { minutes: 1 }, initialDelay: { hours: 1 } },
  },
});
exports.requests = ['/tasks'];
