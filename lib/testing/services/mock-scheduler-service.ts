import { ConflictError, NotFoundError } from '@backstage/errors';
import { createDeferred, type DeferredPromise } from '@backstage/types';
import {
  coreServices,
  createServiceFactory,
  type SchedulerService,
  type SchedulerServiceTaskDescriptor,
  type SchedulerServiceTaskFunction,
  type SchedulerServiceTaskInvocationDefinition,
  type SchedulerServiceTaskRunner,
  type SchedulerServiceTaskScheduleDefinition,
  type ServiceFactory,
} from '../../api';

/** Which tasks run when the backend has started. */
export interface MockSchedulerServiceOptions {
  /** Runs none. */
  skipTaskRunOnStartup?: boolean;
  /** Runs also those with the frequency `{ trigger: 'manual' }`. */
  includeManualTasksOnStartup?: boolean;
  /** Runs also those with an `initialDelay`. */
  includeInitialDelayedTasksOnStartup?: boolean;
}

interface ScheduledTask {
  descriptor: SchedulerServiceTaskDescriptor;
  fn: SchedulerServiceTaskFunction;
  isManual: boolean;
  isDelayed: boolean;
  /** Set while it runs. */
  run?: AbortController;
}

/** Runs every task once, when the backend has started, and then only when asked. */
export class MockSchedulerService implements SchedulerService {
  private readonly tasks = new Map<string, ScheduledTask>();
  private readonly completions = new Map<string, DeferredPromise<void>>();

  /** A factory that installs this very scheduler in a test backend. */
  factory(options: MockSchedulerServiceOptions = {}): ServiceFactory<SchedulerService, 'plugin'> {
    return createServiceFactory({
      service: coreServices.scheduler,
      deps: { lifecycle: coreServices.lifecycle },
      factory: ({ lifecycle }) => {
        lifecycle.addStartupHook(() => this.runOnStartup(options));
        lifecycle.addShutdownHook(() => this.abortAll());
        return this as SchedulerService;
      },
    });
  }

  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner {
    return { run: task => this.scheduleTask({ ...task, ...schedule }) };
  }

  async getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]> {
    return [...this.tasks.values()].map(task => task.descriptor);
  }

  async scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void> {
    this.tasks.set(task.id, {
      descriptor: { id: task.id, scope: task.scope ?? 'global', settings: { version: 1 } },
      fn: task.fn,
      isManual: 'trigger' in task.frequency,
      isDelayed: task.initialDelay !== undefined,
    });
  }

  async cancelTask(id: string): Promise<void> {
    const { run } = this.find(id);
    if (!run) {
      throw new ConflictError(`Task ${id} is not running`);
    }
    run.abort();
  }

  /** Runs a task and waits for it. Does nothing when it is running. */
  async triggerTask(id: string): Promise<void> {
    const task = this.find(id);
    if (task.run) {
      return;
    }
    task.run = new AbortController();
    try {
      await task.fn(task.run.signal);
      this.completions.get(id)?.resolve();
    } catch (error) {
      this.completions.get(id)?.reject(error as Error);
    } finally {
      this.completions.delete(id);
      task.run = undefined;
    }
  }

  /**
   * Waits until a task has run to its end the next time, even if it is not scheduled yet.
   *
   * @throws what the task throws
   */
  async waitForTask(id: string): Promise<void> {
    const completion = this.completions.get(id) ?? createDeferred();
    this.completions.set(id, completion);
    await completion;
  }

  private find(id: string): ScheduledTask {
    const task = this.tasks.get(id);
    if (!task) {
      throw new NotFoundError(`Task ${id} not found`);
    }
    return task;
  }

  private async runOnStartup(options: MockSchedulerServiceOptions): Promise<void> {
    if (options.skipTaskRunOnStartup) {
      return;
    }
    const due = [...this.tasks.values()].filter(
      task =>
        (!task.isManual || options.includeManualTasksOnStartup) &&
        (!task.isDelayed || options.includeInitialDelayedTasksOnStartup),
    );
    await Promise.all(due.map(task => this.triggerTask(task.descriptor.id)));
  }

  private abortAll(): void {
    for (const task of this.tasks.values()) {
      task.run?.abort();
    }
  }
}
