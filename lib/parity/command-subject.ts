import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ParityError } from './errors';
import { findFreePort } from './free-port';
import { maskText } from './mask-secrets';
import { createRouteInquiry } from './routes/route-inquiry';
import type { ParitySubject } from './subject';

/** Options of {@link startCommandSubject}. */
export interface CommandSubjectOptions {
  /** How reports call it, for example `old`. */
  name: string;
  /** A shell command that starts a backend in the foreground. */
  command: string;
  cwd: string;
  /** Added to the environment of this process. */
  env?: NodeJS.ProcessEnv;
  /** How long it may take to answer its first request, in milliseconds; defaults to 60 seconds. */
  startTimeout?: number;
  /** How long it may take to end before it is killed, in milliseconds; defaults to 10 seconds. */
  stopTimeout?: number;
  /** Ends the start. */
  signal?: AbortSignal;
}

const KEPT_OUTPUT = 64 * 1024;
const READINESS = '/.backstage/health/v1/readiness';

/**
 * Starts a backend on a free port and waits until it is ready: until it gives any answer but 503 to
 * the readiness request (old backends do not know that request, but listen only when all is wired).
 * The port is handed over as configuration, in the way that `@backstage/config-loader` reads it from
 * the environment (`APP_CONFIG_backend_listen_port`).
 *
 * @throws ParityError SUBJECT_NOT_STARTED with the end of its output
 */
export async function startCommandSubject(options: CommandSubjectOptions): Promise<ParitySubject> {
  const { name, command, cwd, startTimeout = 60_000, stopTimeout = 10_000, signal } = options;
  const port = await findFreePort();
  const baseUrl = `http://localhost:${port}`;
  const env = {
    ...process.env,
    APP_CONFIG_backend_listen_port: String(port),
    APP_CONFIG_backend_baseUrl: JSON.stringify(baseUrl),
    ...options.env,
  };
  const inquiry = createRouteInquiry(env);
  const child = spawn(command, {
    cwd,
    shell: true,
    // Its own process group, so that stop() reaches what the shell started, too.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...inquiry.env },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);

  const subject: ParitySubject = {
    name,
    baseUrl,
    logs: () => maskText(output),
    ended: () => describeEnd(child),
    routes: () => inquiry.ask(port),
    stop: async () => {
      await stopProcessGroup(child, stopTimeout);
      inquiry.close();
    },
  };
  try {
    await waitUntilReady(child, baseUrl, startTimeout, signal);
  } catch (cause) {
    await subject.stop();
    throw new ParityError(
      'SUBJECT_NOT_STARTED',
      `The ${name} backend did not start: ${(cause as Error).message}. Command: ${command} (in ${cwd})${lastLines(maskText(output))}`,
      { cause },
    );
  }
  return subject;
}

async function waitUntilReady(
  child: ChildProcess,
  baseUrl: string,
  startTimeout: number,
  signal?: AbortSignal,
): Promise<void> {
  const giveUp = Date.now() + startTimeout;
  let last = 'no answer';
  while (Date.now() < giveUp) {
    signal?.throwIfAborted();
    const end = describeEnd(child);
    if (end) {
      throw new Error(`it ended with ${end}`);
    }
    try {
      const response = await fetch(baseUrl + READINESS, {
        signal: AbortSignal.timeout(5_000),
      });
      await response.arrayBuffer();
      if (response.status !== 503) {
        return;
      }
      last = 'readiness 503';
    } catch {
      // Nobody listens yet.
    }
    await delay(100);
  }
  throw new Error(`it was not ready after ${startTimeout / 1000} s (${last})`);
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string | undefined {
  return signalCode ?? (exitCode === null ? undefined : `exit code ${exitCode}`);
}

async function stopProcessGroup(child: ChildProcess, stopTimeout: number): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  const gone = () => !signalGroup(child.pid!, 0);
  signalGroup(child.pid, 'SIGTERM');
  const giveUp = Date.now() + stopTimeout;
  while (!gone()) {
    if (Date.now() > giveUp) {
      signalGroup(child.pid, 'SIGKILL');
    }
    await delay(25);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function lastLines(output: string): string {
  // Our own requests, which some backends log, say nothing about the failure.
  const isTelling = (line: string) => !line.includes(READINESS);
  const lines = output.trimEnd().split('\n').filter(isTelling).slice(-15);
  return lines.join('').trim() === '' ? '' : `\n  ${lines.join('\n  ')}`;
}
