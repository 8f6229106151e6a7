import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually';
import { freePort } from './free-port';

const POSTGRES_ROOT = '/usr/lib/postgresql';

/** A server program of this machine, run for one test on a port and in a folder of its own. */
export class PrivateServer {
  readonly url: string;
  readonly #command: string[];
  readonly #port: number;
  readonly #options: SpawnOptions;
  readonly #folder: string;
  #child?: ChildProcess;

  /** The programs that are missing on this machine. */
  static missing(): string[] {
    return [
      ...(postgresProgram('postgres') ? [] : ['postgresql']),
      ...(process.env.PATH!.split(':').some(path => existsSync(join(path, 'redis-server')))
        ? []
        : ['redis-server']),
    ];
  }

  static async postgres(): Promise<PrivateServer> {
    const folder = mkdtempSync(join(tmpdir(), 'forklift-postgres-'));
    // PostgreSQL does not run as root.
    const user = process.getuid!() === 0 ? accountOf('postgres') : {};
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!);
    const data = join(folder, 'data');
    execFileSync(postgresProgram('initdb')!, ['-D', data, '-U', 'postgres', '-A', 'trust'], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    const port = await freePort();
    return PrivateServer.#start({
      url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
      port,
      folder,
      command: [
        ...[postgresProgram('postgres')!, '-D', data, '-p', String(port), '-k', folder],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
      ],
      options: { ...user, cwd: folder },
    });
  }

  static async redis(): Promise<PrivateServer> {
    const folder = mkdtempSync(join(tmpdir(), 'forklift-redis-'));
    const port = await freePort();
    return PrivateServer.#start({
      url: `redis://127.0.0.1:${port}`,
      port,
      folder,
      command: ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', ''],
      options: { cwd: folder },
    });
  }

  static async #start(server: {
    url: string;
    port: number;
    folder: string;
    command: string[];
    options: SpawnOptions;
  }): Promise<PrivateServer> {
    const started = new PrivateServer(server);
    await started.start();
    return started;
  }

  private constructor(server: {
    url: string;
    port: number;
    folder: string;
    command: string[];
    options: SpawnOptions;
  }) {
    this.url = server.url;
    this.#port = server.port;
    this.#folder = server.folder;
    this.#command = server.command;
    this.#options = server.options;
  }

  async start(): Promise<void> {
    const [program, ...args] = this.#command;
    // Detached, so that Ctrl-C reaches only who stops it in order.
    this.#child = spawn(program, args, { ...this.#options, detached: true, stdio: 'ignore' });
    await eventually(() => listens(this.#port));
  }

  /** Ends the server as an administrator would, without waiting for its clients. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true });
  }
}

function postgresProgram(name: string): string | undefined {
  const versions = existsSync(POSTGRES_ROOT) ? readdirSync(POSTGRES_ROOT) : [];
  return versions
    .map(version => join(POSTGRES_ROOT, version, 'bin', name))
    .find(path => existsSync(path));
}

function accountOf(user: string): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user]));
  return { uid: id('-u'), gid: id('-g') };
}

async function listens(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
