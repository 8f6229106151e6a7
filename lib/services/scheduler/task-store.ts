import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { errorJson, inAscii } from './error-json';
import { nextStart, type NextStart } from './next-start';
import { sqlClock, type SqlClock } from './sql-clock';
import { TaskIds } from './task-ids';
import { parseTaskSettings, taskTiming, type TaskSettings } from './task-settings';
import { taskStates, toNumber, type TaskState } from './task-states';
import { TASKS_TABLE } from './task-table';

const QUERY_MILLIS = 8_000;

/** What a poll learns about a task. All times are seconds since 1970 by the clock of the database. */
export interface TaskRow {
  id: string;
  settingsJson: string;
  ticket: string | null;
  nextStart: number | null;
  startedAt: number | null;
  expiresAt: number | null;
}

/** The table of tasks of one plugin. */
export class TaskStore {
  readonly #knex: Knex;
  readonly #clock: SqlClock;
  readonly #ids = new TaskIds();
  readonly #keepsLastRun: boolean;
  readonly #allowManualTasks: () => Promise<void>;

  constructor(knex: Knex, options: { keepsLastRun: boolean; allowManualTasks(): Promise<void> }) {
    this.#knex = knex;
    this.#clock = sqlClock(knex);
    this.#keepsLastRun = options.keepsLastRun;
    this.#allowManualTasks = options.allowManualTasks;
  }

  /** True when the table calls tasks due up to a second too early, as it holds whole seconds. */
  get wholeSeconds(): boolean {
    return this.#clock.wholeSeconds;
  }

  /**
   * Adds a task, or changes its settings and moves its next start forward if that is sooner now.
   *
   * @throws ConflictError when the database does not tell the id from that of another task
   */
  async register(id: string, settings: TaskSettings): Promise<void> {
    const timing = taskTiming(settings);
    if (timing.cadence.type === 'manual') await this.#allowManualTasks();
    const { first, again } = this.#registrationStarts(timing);
    const settings_json = JSON.stringify(settings);
    const next = `${TASKS_TABLE}.next_run_start_at`;
    await this.#noteRowId(id);
    await this.#table()
      .insert({ id, settings_json, next_run_start_at: first })
      .onConflict('id')
      .merge({
        settings_json,
        next_run_start_at: this.#knex.raw('CASE WHEN ?? IS NULL OR ? < ?? THEN ? ELSE ?? END', [
          next,
          again,
          next,
          again,
          next,
        ]),
      } as object);
    await this.#noteRowId(id);
  }

  /** A query that gives up, and its connection with it, before a lease can end: it may have been lost. */
  #table() {
    return this.#knex(TASKS_TABLE).timeout(QUERY_MILLIS);
  }

  /** Whether the table has a task. */
  async has(id: string): Promise<boolean> {
    return (await this.#table().where({ id }).first('id')) !== undefined;
  }

  /** All tasks and the time. */
  async read(): Promise<{ now: number; rows: TaskRow[] }> {
    const rows = await this.#table().select({
      id: 'id',
      settingsJson: 'settings_json',
      ticket: 'current_run_ticket',
      nextStart: this.#clock.epoch('next_run_start_at'),
      startedAt: this.#clock.epoch('current_run_started_at'),
      expiresAt: this.#clock.epoch('current_run_expires_at'),
      now: this.#clock.epochNow(),
    } as object);
    return {
      now: Number(rows[0]?.now ?? Date.now() / 1_000),
      rows: rows.map(row => ({
        ...row,
        id: this.#ids.of(row.id),
        nextStart: toNumber(row.nextStart),
        startedAt: toNumber(row.startedAt),
        expiresAt: toNumber(row.expiresAt),
      })),
    };
  }

  /**
   * Takes tasks that are due and that nobody runs.
   *
   * @param lease seconds for which they are ours
   * @returns the ids of those that were still there to take
   */
  async claim(ids: string[], ticket: string, lease: number): Promise<string[]> {
    const due = this.#table()
      .whereIn('id', ids)
      .whereNull('current_run_ticket')
      .where('next_run_start_at', '<=', this.#clock.now());
    const claim = {
      current_run_ticket: ticket,
      current_run_started_at: this.#clock.now(),
      current_run_expires_at: this.#clock.after(lease),
    };
    const claimed = isPostgres(this.#knex)
      ? // Processes that claim the same tasks in different order would wait for each other forever.
        await this.#table().whereIn('id', due.select('id').forUpdate().skipLocked()).update(claim)
      : await due.update(claim);
    if (claimed === 0) return [];
    if (claimed === ids.length) return ids;
    const rows = await this.#table().where({ current_run_ticket: ticket }).select('id');
    return rows.map(row => this.#ids.of(row.id));
  }

  /** Keeps runs for so many seconds more. */
  async renew(runs: Array<{ id: string; ticket: string }>, lease: number): Promise<void> {
    await this.#table()
      .whereIn(
        'id',
        runs.map(run => run.id),
      )
      .whereIn(
        'current_run_ticket',
        runs.map(run => run.ticket),
      )
      .update({ current_run_expires_at: this.#clock.after(lease) });
  }

  /** Ends a run. */
  async release(id: string, ticket: string, next: NextStart, error?: Error): Promise<void> {
    await this.#table()
      .where({ id, current_run_ticket: ticket })
      .update({ ...this.#noRun(error), next_run_start_at: this.#startOf(next) });
  }

  /** Gives back a run that was not finished: the task is due again at once. */
  async giveBack(id: string, ticket: string): Promise<void> {
    await this.#table().where({ id, current_run_ticket: ticket }).update({
      current_run_ticket: null,
      current_run_started_at: null,
      current_run_expires_at: null,
    });
  }

  /** Ends a run that took too long or whose process is gone. @returns false when somebody else did */
  async expire(id: string, ticket: string, error: Error): Promise<boolean> {
    const rows = await this.#table()
      .where({ id, current_run_ticket: ticket })
      .where('current_run_expires_at', '<', this.#clock.now())
      .update(this.#noRun(error));
    return rows > 0;
  }

  /** Makes a task due now. @throws NotFoundError, ConflictError */
  async trigger(id: string): Promise<void> {
    const rows = await this.#table()
      .where({ id })
      .whereNull('current_run_ticket')
      .update({ next_run_start_at: this.#clock.now() });
    if (rows > 0) return;
    await this.#checkPresent(id);
    throw new ConflictError(`Task ${id} is currently running`);
  }

  /** Takes the run of a task away from whoever has it. @throws NotFoundError, ConflictError */
  async cancel(id: string): Promise<void> {
    const row = await this.#table().where({ id }).first('settings_json', 'current_run_ticket');
    if (!row) throw noSuchTask(id);
    const next = nextStart(parseTaskSettings(row.settings_json), Date.now(), 0);
    const rows = row.current_run_ticket
      ? await this.#table()
          .where({ id, current_run_ticket: row.current_run_ticket })
          .update({
            ...this.#noRun(new Error('Task was cancelled')),
            next_run_start_at: this.#startOf(next),
          })
      : 0;
    if (rows < 1) throw new ConflictError(`Task ${id} is not running`);
  }

  /**
   * Takes the run of a task away from whoever has it; the task is due again at once.
   *
   * @throws NotFoundError, ConflictError when nobody has it
   */
  async takeBack(id: string): Promise<void> {
    const rows = await this.#table()
      .where({ id })
      .whereNotNull('current_run_ticket')
      .update({
        ...this.#noRun(new Error('Task was released by force')),
        next_run_start_at: this.#clock.now(),
      });
    if (rows > 0) return;
    await this.#checkPresent(id);
    throw new ConflictError(`Task ${id} is not running`);
  }

  /** What the table says about each task, by id. */
  async states(): Promise<Map<string, TaskState>> {
    const states = await taskStates(this.#knex, this.#keepsLastRun);
    return new Map([...states].map(([rowId, state]) => [this.#ids.of(rowId), state]));
  }

  async #checkPresent(id: string): Promise<void> {
    if (!(await this.has(id))) throw noSuchTask(id);
  }

  async #noteRowId(id: string): Promise<void> {
    if (!isMysql(this.#knex)) return;
    const row = await this.#table().where({ id }).first('id');
    if (row) this.#ids.add(id, row.id);
  }

  #registrationStarts(timing: ReturnType<typeof taskTiming>): {
    first: Knex.Raw;
    again: Knex.Raw;
  } {
    const { cadence, initialDelay } = timing;
    const delayed = initialDelay > 0 ? this.#clock.after(initialDelay) : undefined;
    switch (cadence.type) {
      case 'manual': {
        const never = this.#knex.raw('null');
        return { first: delayed ?? never, again: never };
      }
      case 'cron': {
        const next = this.#clock.at(cadence.nextAfter(Date.now()));
        return { first: delayed ?? next, again: next };
      }
      case 'every':
        return {
          first: delayed ?? this.#clock.now(),
          again: this.#clock.after(cadence.seconds),
        };
    }
  }

  #startOf(next: NextStart): Knex.Raw {
    switch (next.type) {
      case 'never':
        return this.#knex.raw('null');
      case 'at':
        return this.#clock.at(next.millis);
      case 'every': {
        const start = this.#clock.laterThan('next_run_start_at', next.seconds);
        return next.notBefore > 0
          ? this.#clock.latest(start, this.#clock.after(next.notBefore))
          : start;
      }
    }
  }

  #errorText(error: Error): string {
    return isMysql(this.#knex) ? inAscii(errorJson(error)) : errorJson(error);
  }

  #noRun(error: Error | undefined) {
    return {
      current_run_ticket: null,
      current_run_started_at: null,
      current_run_expires_at: null,
      ...(this.#keepsLastRun && {
        last_run_ended_at: this.#clock.now(),
        last_run_error_json: error ? this.#errorText(error) : null,
      }),
    };
  }
}

function isPostgres(knex: Knex): boolean {
  return /^(pg|postgres)/.test(String(knex.client.config.client));
}

function isMysql(knex: Knex): boolean {
  return String(knex.client.config.client).includes('mysql');
}

function noSuchTask(id: string): NotFoundError {
  return new NotFoundError(`Task ${id.length > 255 ? `${id.slice(0, 40)}…` : id} does not exist`);
}
