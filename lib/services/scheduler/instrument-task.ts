import type { Span } from '@opentelemetry/api';
import type { MetricsService, SchedulerServiceTaskFunction } from '../../api';

/** The instruments of stock Backstage, by the same names. */
export interface TaskInstruments {
  wrap(
    task: { id: string; fn: SchedulerServiceTaskFunction },
    scope: 'global' | 'local',
  ): (signal: AbortSignal) => Promise<void>;
}

/**
 * Counts and traces the tasks of a plugin with OpenTelemetry, which loads for the first task.
 *
 * @param metrics - by default the meter of the plugin
 */
export function taskInstruments(pluginId: string, metrics?: MetricsService): TaskInstruments {
  const { metrics: api, trace } =
    require('@opentelemetry/api') as typeof import('@opentelemetry/api');
  const tracer = trace.getTracer('backstage-service-scheduler');
  const meter = metrics ?? (api.getMeter(`backstage-plugin-${pluginId}`) as MetricsService);
  const runs = meter.createCounter('backend_tasks.task.runs.count', {
    description: 'Total number of times a task has been run',
  });
  const duration = meter.createHistogram('backend_tasks.task.runs.duration', {
    description: 'Histogram of task run durations',
    unit: 'seconds',
  });
  const started = meter.createGauge('backend_tasks.task.runs.started', {
    description: 'Epoch timestamp seconds when the task was last started',
    unit: 'seconds',
  });
  const completed = meter.createGauge('backend_tasks.task.runs.completed', {
    description: 'Epoch timestamp seconds when the task was last completed',
    unit: 'seconds',
  });

  const traced = (id: string, labels: object, work: () => void | Promise<void>) =>
    tracer.startActiveSpan(`task ${id}`, { attributes: { ...labels } }, async (span: Span) => {
      try {
        await work();
      } catch (error) {
        if (error instanceof Error) span.recordException(error);
        throw error;
      } finally {
        span.end();
      }
    });

  return {
    wrap:
      ({ id, fn }, scope) =>
      async signal => {
        const labels = { taskId: id, scope };
        const begin = performance.now();
        runs.add(1, { ...labels, result: 'started' });
        started.record(Date.now() / 1_000, { taskId: id });
        let result = 'failed';
        try {
          await traced(id, labels, () => fn(signal));
          result = 'completed';
        } finally {
          runs.add(1, { ...labels, result });
          duration.record((performance.now() - begin) / 1_000, { ...labels, result });
          completed.record(Date.now() / 1_000, { ...labels, result });
        }
      },
  };
}
