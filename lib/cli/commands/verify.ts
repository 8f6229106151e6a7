import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatJUnitReport, readRequestsFile, type ParityRequestsFile } from '../../parity';
import { compareBackends } from '../compare-backends';
import { UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { withInterruption } from '../interruption';
import { outputFile } from '../output-file';
import { committedSides, namedSides, type SidesOptions } from '../sides';
import type { Terminal } from '../terminal';

export interface VerifyOptions extends SidesOptions {
  requests?: string;
  json?: string;
  junit?: string;
}

/** `forklift verify` */
export async function verify(
  dir: string,
  plugin: string | undefined,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const cwd = resolveFolder(dir);
  const jsonFile = options.json && outputFile('--json', options.json);
  const junitFile = options.junit && outputFile('--junit', options.junit);
  const named = namedSides(cwd, options);
  const file = await readRequestsFile(requestsFile(cwd, options.requests));
  const report = await withInterruption(async signal => {
    const { close, pathOf, ...sides } = named ?? (await committedSides(cwd, options));
    try {
      const chosen = plugin === undefined ? file : onlyBelow(pathOf(plugin), file);
      return await compareBackends({ ...sides, ...chosen, signal }, terminal);
    } finally {
      await close();
    }
  });
  if (jsonFile) {
    await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (junitFile) {
    await writeFile(junitFile, formatJUnitReport(report));
  }
  return report.equal ? ExitCode.done : ExitCode.workLeft;
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

function onlyBelow(path: string, { requests, waitFor }: ParityRequestsFile): ParityRequestsFile {
  const isBelow = ({ path: each }: { path: string }) =>
    each.startsWith(path) && /^[/?]?$/.test(each.charAt(path.length));
  const chosen = requests.filter(isBelow);
  if (chosen.length === 0) {
    throw new UsageError(`None of the ${requests.length} requests is below ${path}`);
  }
  return { requests: chosen, waitFor };
}
