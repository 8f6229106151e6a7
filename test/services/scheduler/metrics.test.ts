import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { schedulerServiceFactory } from 'backstage-forklift/services';
import { metricsServiceMock, startTestBackend } from 'backstage-forklift/testing';
import { expect } from 'chai';
import { eventually } from '../eventually';

describe('the metrics of scheduled tasks', () => {
  it('go through the metrics service of the plugin', async () => {
    const names: string[] = [];
    const create = (name: string) => {
      names.push(name);
      return { add: () => {}, record: () => {} };
    };
    const metrics = metricsServiceMock.mock({
      createCounter: create,
      createHistogram: create,
      createGauge: create,
    });
    let runs = 0;
    const plugin = createBackendPlugin({
      pluginId: 'tickets',
      register(env) {
        env.registerInit({
          deps: { scheduler: coreServices.scheduler },
          async init({ scheduler }) {
            await scheduler.scheduleTask({
              id: 'refresh',
              scope: 'local',
              frequency: { hours: 1 },
              timeout: { minutes: 1 },
              fn: async () => void (runs += 1),
            });
          },
        });
      },
    });
    await startTestBackend({ features: [schedulerServiceFactory, metrics.factory, plugin] });
    await eventually(() => expect(runs).to.equal(1));
    expect(names).to.deep.equal([
      'backend_tasks.task.runs.count',
      'backend_tasks.task.runs.duration',
      'backend_tasks.task.runs.started',
      'backend_tasks.task.runs.completed',
    ]);
  });
});
