import { InputError } from '@backstage/errors';
import type {
  LoggerService,
  MetricsService,
  SchedulerService,
  SchedulerServiceTaskDescriptor,
  SchedulerServiceTaskInvocationDefinition,
  SchedulerServiceTaskRunner,
  SchedulerServiceTaskScheduleDefinition,
} from '../../api';
import type { GlobalTasks } from './global-tasks';
import { taskInstruments, type TaskInstruments } from './instrument-task';
import { LocalTask } from './local-task';
import { checkTaskId, taskSettings, taskTiming, type TaskSettings } from './task-settings';
import type { TaskState } from './task-states';
import type { WorkerState } from './worker-state';

/** A task as the HTTP endpoint tells of it. */
export interface TaskReport {
  taskId: string;
  pluginId: string;
  scope: 'global' | 'local';
  settings: SchedulerServiceTaskDescriptor['settings'];
  taskState: TaskState | null;
  workerState: WorkerState | null;
}

/** Options of {@link PluginScheduler}. */
export interface PluginSchedulerOptions {
  pluginId: string;
  logger: LoggerService;
  metrics?: MetricsService;
  globalTasks: GlobalTasks;
}

/** The scheduled tasks of one plugin. */
export class PluginScheduler implements SchedulerService {
  readonly #options: PluginSchedulerOptions;
  readonly #descriptors = new Map<string, SchedulerServiceTaskDescriptor>();
  readonly #localTasks = new Map<string, LocalTask>();
  #instruments?: TaskInstruments;
  #stopped = false;

  constructor(options: PluginSchedulerOptions) {
    this.#options = options;
  }

  async scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void> {
    const { pluginId, globalTasks, metrics } = this.#options;
    const { id, scope = 'global', signal } = task;
    checkTaskId(pluginId, id);
    const settings = taskSettings(pluginId, id, task);
    if (typeof task.fn !== 'function') {
      throw new InputError(
        `Task '${id}' of plugin '${pluginId}' has no function to run, its fn is ${typeof task.fn}`,
      );
    }
    if (this.#stopped || signal?.aborted) return;

    this.#instruments ??= taskInstruments(pluginId, metrics);
    const fn = this.#instruments.wrap(task, scope);
    const logger = this.#options.logger.child({ task: id });
    this.#unschedule(id);
    if (scope === 'local') {
      globalTasks.remove(id);
      this.#localTasks.set(id, new LocalTask({ id, fn, timing: taskTiming(settings), logger }));
    } else {
      await this.#addGlobal({ id, fn, settings, logger });
    }
    const descriptor = { id, scope, settings };
    this.#descriptors.set(id, descriptor);
    signal?.addEventListener(
      'abort',
      () => {
        if (this.#descriptors.get(id) !== descriptor) return; // replaced by another schedule
        if (scope === 'local') this.#unschedule(id);
        else globalTasks.remove(id);
      },
      { once: true },
    );
    logger.info(`Registered scheduled task: ${id}, ${JSON.stringify(settings)}`);
  }

  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner {
    return { run: task => this.scheduleTask({ ...task, ...schedule }) };
  }

  async getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]> {
    return [...this.#descriptors.values()];
  }

  async triggerTask(id: string): Promise<void> {
    const local = this.#localTasks.get(id);
    if (local) local.trigger();
    else await this.#options.globalTasks.trigger(id);
  }

  async cancelTask(id: string): Promise<void> {
    const local = this.#localTasks.get(id);
    if (local) local.cancel();
    else await this.#options.globalTasks.cancel(id);
  }

  /**
   * Frees a task whose run hangs, wherever that is: it is due again at once.
   *
   * @throws NotFoundError, ConflictError when it is not running
   */
  async releaseTask(id: string): Promise<void> {
    await this.#options.globalTasks.takeBack(id);
  }

  /** What runs where and when. */
  async report(): Promise<TaskReport[]> {
    const { pluginId, globalTasks } = this.#options;
    const descriptors = [...this.#descriptors.values()];
    const states = descriptors.some(task => task.scope === 'global')
      ? await globalTasks.states()
      : new Map<string, TaskState>();
    return descriptors.map(({ id, scope, settings }) => {
      const local = this.#localTasks.get(id);
      return {
        taskId: id,
        pluginId,
        scope,
        settings,
        taskState: local?.state ?? states.get(id) ?? null,
        workerState: local?.workerState ?? globalTasks.workerState(id) ?? null,
      };
    });
  }

  /** Ends all schedules and gives back what was not finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const locals = [...this.#localTasks.values()];
    for (const task of locals) void task.stop();
    await this.#options.globalTasks.stop();
  }

  async #addGlobal(options: {
    id: string;
    fn: (signal: AbortSignal) => Promise<void>;
    settings: TaskSettings;
    logger: LoggerService;
  }): Promise<void> {
    const { initialDelay } = taskTiming(options.settings);
    try {
      await this.#options.globalTasks.add({ ...options, initialDelay });
    } catch (error) {
      throw new Error(
        `Failed to persist task, '${options.id}' of plugin '${this.#options.pluginId}' is not scheduled: ${error}`,
        { cause: error },
      );
    }
  }

  #unschedule(id: string): void {
    void this.#localTasks.get(id)?.stop();
    this.#localTasks.delete(id);
  }
}
