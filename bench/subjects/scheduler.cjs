// Schedules tasks and counts the database queries that they cost: `scheduler.cjs ours|stock`.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { ConfigReader } = require('@backstage/config');

const stock = createRequire(join(__dirname, '..', '..', 'test', 'interop', 'package.json'));
const { DatabaseManager, DefaultSchedulerService } =
  process.argv[2] === 'stock'
    ? {
        ...stock('@backstage/backend-defaults/database'),
        ...stock('@backstage/backend-defaults/scheduler'),
      }
    : require('backstage-forklift/services');

const { database, tasks, cadenceMs, settleMs, measureMs } = JSON.parse(process.env.BENCH_OPTIONS);

const logger = { error() {}, warn() {}, info() {}, debug() {}, child: () => logger };
const lifecycle = { addStartupHook() {}, addBeforeShutdownHook() {}, addShutdownHook() {} };
const instrument = () => ({ add() {}, record() {} });

async function main() {
  const service = DatabaseManager.fromConfig(new ConfigReader({ backend: { database } })).forPlugin(
    'bench',
    { logger, lifecycle },
  );
  const scheduler = DefaultSchedulerService.create({
    database: service,
    httpRouter: { use() {}, addAuthPolicy() {} },
    logger,
    metrics: { createCounter: instrument, createHistogram: instrument, createGauge: instrument },
    pluginMetadata: { getId: () => 'bench' },
    rootLifecycle: lifecycle,
  });
  let queries = 0;
  let runs = 0;
  (await service.getClient()).on('query', () => {
    queries += 1;
  });
  for (let i = 0; i < tasks; i += 1) {
    await scheduler.scheduleTask({
      id: `task-${i}`,
      frequency: { milliseconds: cadenceMs },
      timeout: { minutes: 1 },
      fn: async () => {
        runs += 1;
      },
    });
  }
  setTimeout(() => {
    const before = { queries, runs, cpu: process.cpuUsage() };
    setTimeout(() => {
      const { user, system } = process.cpuUsage(before.cpu);
      process.send({
        queriesPerSecond: ((queries - before.queries) * 1_000) / measureMs,
        runsPerSecond: ((runs - before.runs) * 1_000) / measureMs,
        cpuPercent: (user + system) / measureMs / 10,
      });
    }, measureMs);
  }, settleMs);
}

void main();
