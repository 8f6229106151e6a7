import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../start-backend';

/** A backend in a process of its own. */
export class BackendProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Milliseconds since 1970. */
  endedAt = Infinity;

  /** @throws Error when the backend ends before it is ready */
  static async start(kind: 'old' | 'forklifted', configFile: string): Promise<BackendProcess> {
    const port = await freePort();
    const started = new BackendProcess(kind, configFile, port);
    await Promise.race([
      once(started.#child, 'message'),
      started.#exited.then(() => {
        throw new Error(`the ${kind} backend ended before it was ready`);
      }),
    ]);
    return started;
  }

  private constructor(
    kind: string,
    configFile: string,
    private readonly port: number,
  ) {
    this.#child = fork(join(__dirname, 'backend.ts'), [kind, '--config', configFile], {
      execArgv: ['--require', 'tsx/cjs'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        APP_CONFIG_backend_listen_port: String(port),
        APP_CONFIG_backend_baseUrl: JSON.stringify(`http://localhost:${port}`),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit').then(() => {
      this.endedAt = Date.now();
    });
  }

  get url(): string {
    return `http://localhost:${this.port}/api/orders`;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}
