import type { JsonObject } from '@backstage/types';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A replica in a process of its own, which keeps its address when it is started again. */
export class ReplicaProcess {
  readonly url: string;
  readonly #file: string;
  readonly #plugins: string[];
  #child?: ChildProcess;
  #ready = false;

  constructor(options: { folder: string; port: number; plugins: string[]; config: JsonObject }) {
    const { folder, port, plugins, config } = options;
    this.url = `http://127.0.0.1:${port}`;
    this.#plugins = plugins;
    this.#file = join(folder, `${port}.json`);
    writeFileSync(this.#file, JSON.stringify(config));
  }

  /** As a load balancer sees it. */
  get ready(): boolean {
    return this.#ready;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const child = fork(join(__dirname, 'replica.ts'), ['--config', this.#file], {
      execArgv: ['--require', 'tsx/cjs'],
      env: { ...process.env, NODE_ENV: 'production', PLUGINS: this.#plugins.join(',') },
      detached: true, // Ctrl-C reaches only who stops it in order
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const exited = once(child, 'exit').then(() => {
      throw new Error(`the replica at ${this.url} ended before it was started`);
    });
    exited.catch(() => {});
    await Promise.race([once(child, 'message'), exited]);
    await this.probe();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    this.#ready = false;
  }

  /** Asks whether the replica takes requests. */
  async probe(): Promise<boolean> {
    try {
      const { status } = await fetch(`${this.url}/.backstage/health/v1/readiness`);
      this.#ready = status === 200;
    } catch {
      this.#ready = false;
    }
    return this.#ready;
  }
}
