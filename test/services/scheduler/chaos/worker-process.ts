import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WorkerOptions } from './worker-options';

/** A worker in a process of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly ready: Promise<unknown>;
  readonly #exited: Promise<unknown>;
  /** Milliseconds since 1970. */
  endedAt = Infinity;

  constructor(options: WorkerOptions) {
    this.#child = fork(join(__dirname, 'worker.ts'), {
      execArgv: ['--require', 'tsx/cjs'],
      env: { ...process.env, NODE_ENV: 'production', WORKER_OPTIONS: JSON.stringify(options) },
    });
    this.#exited = once(this.#child, 'exit').then(() => {
      this.endedAt = Date.now();
    });
    this.ready = Promise.race([
      once(this.#child, 'message'),
      this.#exited.then(() => {
        throw new Error(`the ${options.kind} worker ended before it was ready`);
      }),
    ]);
    this.ready.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Holds the process still, or lets it go on. */
  hold(held: boolean): void {
    this.#child.kill(held ? 'SIGSTOP' : 'SIGCONT');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}
