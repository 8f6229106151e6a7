import { writeFile } from 'node:fs/promises';
import { scanBackend } from '../../../migration-guides';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { formatInventory } from '../format-inventory';
import { formatInventoryPage } from '../inventory-page';
import { outputFile } from '../output-file';
import type { Terminal } from '../terminal';

export interface ScanOptions {
  backend?: string;
  json?: boolean;
  html?: string;
}

/** `forklift scan` */
export async function scan(dir: string, options: ScanOptions, terminal: Terminal): Promise<number> {
  const page = options.html && outputFile('--html', options.html);
  const inventory = await scanBackend(resolveFolder(dir), { backend: options.backend });
  if (page) {
    await writeFile(page, formatInventoryPage(inventory));
  }
  if (options.json) {
    terminal.print(JSON.stringify(inventory, null, 2));
  } else {
    formatInventory(inventory, terminal.colors).forEach(line => terminal.print(line));
  }
  return ExitCode.done;
}
