import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './start-backend';

/** A backend in a process of its own, which says when it is ready. */
export class BackendProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Milliseconds since 1970. */
  endedAt = Infinity;

  /**
   * @param file - a module that starts the backend, and then sends a message
   * @param args - of that module, beside `--config`
   * @throws Error when the backend ends before it is ready
   */
  static async start(
    file: string,
    args: string[],
    configFile: string,
    port?: number,
  ): Promise<BackendProcess> {
    const started = new BackendProcess(file, args, configFile, port ?? (await freePort()));
    await Promise.race([
      once(started.#child, 'message'),
      started.#exited.then(() => {
        throw new Error(`the backend ${args.join(' ')} ended before it was ready`);
      }),
    ]);
    return started;
  }

  private constructor(
    file: string,
    args: string[],
    configFile: string,
    private readonly port: number,
  ) {
    this.#child = fork(file, [...args, '--config', configFile], {
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
    return `http://localhost:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}
