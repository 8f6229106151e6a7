import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRequestsFile, type ParityRequestsFile } from '../../parity';
import { compareBackends } from '../compare-backends';
import { UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { withInterruption } from '../interruption';
import type { BackendSpec } from '../start-backends';
import type { Terminal } from '../terminal';

export interface VerifyOptions {
  left?: string;
  right?: string;
  requests?: string;
  json?: string;
}

/** `forklift verify` */
export async function verify(
  dir: string,
  plugin: string | undefined,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const cwd = resolveFolder(dir);
  const left = readSide('old', 'left', options.left, cwd);
  const right = readSide('new', 'right', options.right, cwd);
  const file = await readRequestsFile(requestsFile(cwd, options.requests));
  const { requests, waitFor } = plugin === undefined ? file : onlyOf(plugin, file);

  const report = await withInterruption(signal =>
    compareBackends({ left, right, requests, waitFor, signal }, terminal),
  );
  if (options.json) {
    await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return report.equal ? ExitCode.done : ExitCode.workLeft;
}

function readSide(
  name: string,
  option: string,
  value: string | undefined,
  cwd: string,
): BackendSpec {
  if (!value) {
    throw new UsageError(
      `The ${name} backend is missing: give its address or the command that starts it, for example --${option} 'npm start'`,
    );
  }
  if (!/^https?:\/\//i.test(value)) {
    return { name, command: value, cwd };
  }
  if (!URL.canParse(value)) {
    throw new UsageError(`--${option} '${value}' is not a valid address`);
  }
  return { name, url: value };
}

function requestsFile(cwd: string, chosen: string | undefined): string {
  const usual = join(cwd, 'parity-requests.yaml');
  if (chosen === undefined && !existsSync(usual)) {
    throw new UsageError(
      `There is no ${usual}. Name the file with the requests to send: --requests file.yaml`,
    );
  }
  return chosen ?? usual;
}

function onlyOf(plugin: string, { requests, waitFor }: ParityRequestsFile): ParityRequestsFile {
  const below = new RegExp(`^/api/${plugin.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:[/?]|$)`);
  const chosen = requests.filter(({ path }) => below.test(path));
  if (chosen.length === 0) {
    throw new UsageError(`None of the ${requests.length} requests is below /api/${plugin}`);
  }
  return { requests: chosen, waitFor };
}
