import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanBackend } from '../../../migration-guides';
import { formatHtmlReport, readRequestsFile } from '../../parity';
import { compareBackends } from '../compare-backends';
import { createPortals, type Portals } from '../demo/portals';
import { ExitCode } from '../exit-code';
import { withInterruption } from '../interruption';
import { outputFile } from '../output-file';
import { migrationStates } from '../migration-states';
import { startBackends } from '../start-backends';
import { requestStartupFile } from '../startup-file';
import type { Terminal } from '../terminal';
import { convert } from './convert';
import { lift } from './lift';
import { scan } from './scan';

/** A plugin that only wires a published package, and a home-made one. */
const CONVERTED = ['proxy', 'feature-requests'];

export interface DemoOptions {
  html?: string;
}

/**
 * `forklift demo`: migrates the example and compares it with the original.
 *
 * @returns 0 only if no client can tell the two apart
 */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const html = options.html && outputFile('--html', options.html);
  return withInterruption(async signal => {
    const portals = await createPortals(signal, () =>
      terminal.print('Installing the dependencies of the example (once; a few minutes) ...'),
    );
    try {
      await migrate(portals.migrated, terminal, signal);
      return await verifyMigration(portals, html, terminal, signal);
    } finally {
      await portals.remove();
    }
  });
}

async function migrate(portal: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  // The copy is the demo's own, whatever repository the temporary folder may be in.
  const options = { runtime: 'forklift', force: true } as const;
  showCommand('scan', terminal);
  await scan(portal, {}, terminal);
  signal.throwIfAborted();
  showCommand('lift', terminal);
  await lift(portal, options, terminal);
  for (const plugin of CONVERTED) {
    signal.throwIfAborted();
    showCommand(`convert ${plugin}`, terminal);
    await convert(plugin, portal, options, terminal);
  }
}

async function verifyMigration(
  { old, migrated }: Portals,
  html: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  showCommand('verify', terminal);
  const { requests, waitFor } = await readRequestsFile(join(old, 'parity-requests.yaml'));
  const [intranet] = await startBackends(
    [{ name: 'intranet', command: 'node intranet.mjs', cwd: old }],
    signal,
  );
  // Both read the same catalog: the paths of its files are part of the answers.
  const locations = [{ type: 'file', target: join(old, 'catalog', 'all.yaml') }];
  const env = {
    INTRANET_URL: intranet.baseUrl,
    APP_CONFIG_catalog_locations: JSON.stringify(locations),
  };
  const side = (name: string, cwd: string) => ({ name, command: 'npm start --silent', cwd, env });
  const startup = await requestStartupFile(side('new', migrated));
  try {
    const report = await compareBackends(
      { left: side('old', old), right: startup.spec, requests, waitFor, signal },
      terminal,
    );
    if (html) {
      const states = migrationStates(await scanBackend(migrated));
      await writeFile(html, formatHtmlReport(report, { states, startup: await startup.read() }));
    }
    return report.equal ? ExitCode.done : ExitCode.workLeft;
  } finally {
    await startup.remove();
    await intranet.stop();
  }
}

function showCommand(command: string, { print, colors }: Terminal): void {
  print();
  print(colors.bold(`$ forklift ${command}`));
}
