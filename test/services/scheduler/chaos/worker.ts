import { ConfigReader } from '@backstage/config';
import { openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startScheduler } from '../test-scheduler';
import type { WorkerOptions } from './worker-options';

/**
 * A process that runs tasks and writes when each run began and ended. Files survive a SIGKILL, and their
 * times come from one clock.
 */
const options: WorkerOptions = JSON.parse(process.env.WORKER_OPTIONS!);
const file = openSync(options.file, 'a');
const root = join(__dirname, '../../../..');

type Schedule = (task: {
  id: string;
  frequency: { milliseconds: number };
  timeout: { milliseconds: number };
  fn(signal: AbortSignal): Promise<void>;
}) => Promise<void>;

async function start(): Promise<{ schedule: Schedule; stop(): Promise<void> }> {
  if (options.kind === 'forklift') {
    const { scheduler, stop } = startScheduler(options.database);
    return { schedule: task => scheduler.scheduleTask(task), stop };
  }
  return options.kind === 'stock' ? startStock() : startLegacy();
}

async function startStock() {
  const load = createRequire(join(root, 'test/interop/package.json'));
  const { DatabaseManager } = load('@backstage/backend-defaults/database');
  const { DefaultSchedulerService } = load('@backstage/backend-defaults/scheduler');
  const hooks: Array<() => void | Promise<void>> = [];
  const rootLifecycle = { addShutdownHook: (hook: () => void) => hooks.push(hook) };
  const config = new ConfigReader({ backend: { database: options.database } });
  const instrument = () => ({ add() {}, record() {} });
  const scheduler = DefaultSchedulerService.create({
    database: DatabaseManager.fromConfig(config).forPlugin('test', {
      logger: silent,
      lifecycle: rootLifecycle,
    }),
    httpRouter: { use() {} },
    logger: silent,
    metrics: {
      createCounter: instrument,
      createHistogram: instrument,
      createGauge: instrument,
    },
    pluginMetadata: { getId: () => 'test' },
    rootLifecycle,
  });
  return {
    schedule: (task => scheduler.scheduleTask(task)) as Schedule,
    async stop() {
      for (const hook of hooks) await hook();
    },
  };
}

async function startLegacy() {
  const load = createRequire(join(root, 'examples/legacy-portal/package.json'));
  const { DatabaseManager } = load('@backstage/backend-common');
  const { TaskScheduler } = load('@backstage/backend-tasks');
  const config = new ConfigReader({ backend: { database: options.database } });
  const scheduler = TaskScheduler.fromConfig(config, {
    databaseManager: DatabaseManager.fromConfig(config),
    logger: silent,
  }).forPlugin('test');
  return { schedule: (task => scheduler.scheduleTask(task)) as Schedule, stop: async () => {} };
}

const silent = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

function record(entry: object) {
  writeSync(file, `${JSON.stringify({ ...entry, process: process.pid })}\n`);
}

async function main() {
  const { schedule, stop } = await start();
  process.on('SIGTERM', () => {
    void stop().then(() => process.exit(0));
  });
  for (let i = 0; i < options.tasks; i += 1) {
    await schedule({
      id: `task-${i}`,
      frequency: { milliseconds: options.cadence },
      timeout: { milliseconds: options.timeout },
      async fn(signal) {
        const begin = Date.now();
        record({ task: i, begin });
        try {
          await sleep(options.duration ?? 20 + Math.random() * 100, undefined, { signal });
        } finally {
          record({ task: i, begin, end: Date.now() });
        }
      },
    });
  }
  process.send?.('ready');
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
