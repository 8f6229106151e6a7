import { setTimeout as delay } from 'node:timers/promises';
import { startRecordingProxy, type RecordingProxy } from '../../parity';
import { readCertificates } from '../certificates';
import { InterruptedError, UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { withInterruption } from '../interruption';
import { outputFile } from '../output-file';
import type { Terminal } from '../terminal';

export interface RecordOptions {
  target: string;
  output: string;
  port?: number;
  host: string;
  /** Megabytes. */
  rotate: number;
  /** Kilobytes. */
  maxBody: number;
  ca?: string;
}

/** How often the count is printed at most, in milliseconds. */
const PROGRESS_INTERVAL = 10_000;

/**
 * `forklift record`: until it is asked to end.
 *
 * @returns 0 also when a signal ended it: there is no other way
 */
export async function record(options: RecordOptions, terminal: Terminal): Promise<number> {
  const { print, note } = terminal;
  const output = outputFile('--output', options.output);
  const target = readTarget(options.target);
  const ca = options.ca && (await readCertificates(options.ca));
  let proxy: RecordingProxy | undefined;
  try {
    await withInterruption(async signal => {
      proxy = await startRecordingProxy({
        target,
        output,
        ca,
        port: options.port,
        host: options.host,
        maxFileSize: options.rotate * 1024 * 1024,
        maxBodySize: options.maxBody * 1024,
        onProblem: note,
      }).catch(explainStart(options));
      print(`Recording what ${proxy.url} passes on to ${target}; Ctrl+C ends it`);
      await reportProgress(proxy, signal, terminal);
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) {
      throw error;
    }
  } finally {
    await proxy?.close();
  }
  const count = proxy?.recorded() ?? 0;
  print(count > 0 ? `${count} requests are in ${options.output}` : 'No request was recorded');
  return ExitCode.done;
}

function readTarget(target: string): string {
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) {
    throw new UsageError(
      `--target '${target}' is no address of a backend, such as http://localhost:7007`,
    );
  }
  return target;
}

function explainStart({ output, port, host }: RecordOptions) {
  return (cause: NodeJS.ErrnoException): never => {
    const messages: Record<string, string> = {
      EEXIST: `--output '${output}' is there already: name another file, or remove it`,
      EACCES: `--output '${output}' or port ${port} is not yours to use`,
      EADDRINUSE: `--port ${port} is taken: choose another`,
      EADDRNOTAVAIL: `--host '${host}' is no address of this machine`,
      ENOTFOUND: `--host '${host}' is no address of this machine`,
    };
    const message = messages[cause.code ?? ''];
    throw message ? new UsageError(message, { cause }) : cause;
  };
}

async function reportProgress(
  proxy: RecordingProxy,
  signal: AbortSignal,
  { note, colors }: Terminal,
): Promise<void> {
  let last = 0;
  while (!signal.aborted) {
    await delay(PROGRESS_INTERVAL, undefined, { signal }).catch(() => {});
    const count = proxy.recorded();
    if (count !== last && !signal.aborted) {
      note(colors.dim(`${count} requests recorded`));
      last = count;
    }
  }
}
