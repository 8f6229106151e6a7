import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPortals, type Portals } from '../../lib/cli/demo/portals';
import { forklift } from './forklift';

describe('the migrated example', () => {
  let portals: Portals;

  beforeEach(async () => {
    portals = await createPortals(AbortSignal.timeout(300_000), () => {});
  });

  afterEach(async () => portals.remove());

  async function typeErrors(portal: string): Promise<string> {
    const tsc = join(portal, 'node_modules', 'typescript', 'bin', 'tsc');
    const run = promisify(execFile)(process.execPath, [tsc, '--noEmit'], { cwd: portal });
    return run.then(
      () => '',
      error => error.stdout,
    );
  }

  it('compiles after each step', async () => {
    for (const step of [['lift'], ['convert', 'proxy'], ['convert', 'feature-requests']]) {
      const { code, notes } = await forklift(...step, portals.migrated, '--force');
      expect(code, notes).to.equal(0);
      expect(await typeErrors(portals.migrated), step.join(' ')).to.equal('');
    }
  });
});
