import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCommandSubject } from 'backstage-forklift/parity';
import { createPortals, type Portals } from '../../lib/cli/demo/portals';
import { startForklift } from './built-forklift';
import { forklift } from './forklift';

describe('the migrated example', () => {
  let portals: Portals;

  beforeEach(async () => {
    portals = await createPortals(AbortSignal.timeout(300_000), () => {});
  });

  afterEach(async () => portals.remove());

  async function migrate(...steps: string[][]): Promise<void> {
    for (const step of steps) {
      const { code, notes } = await forklift(...step, portals.migrated, '--force');
      expect(code, notes).to.equal(0);
    }
  }

  async function typeErrors(): Promise<string> {
    const cwd = portals.migrated;
    const tsc = join(cwd, 'node_modules', 'typescript', 'bin', 'tsc');
    const run = promisify(execFile)(process.execPath, [tsc, '--noEmit'], { cwd });
    return run.then(
      () => '',
      error => error.stdout,
    );
  }

  /** Compares the portals, which have the company's servers and the files of the catalog in common. */
  async function expectSameAnswers(): Promise<void> {
    const intranet = await startCommandSubject({
      name: 'intranet',
      command: 'node intranet.mjs',
      cwd: portals.old,
    });
    const locations = [{ type: 'file', target: join(portals.old, 'catalog', 'all.yaml') }];
    const environment = {
      INTRANET_URL: intranet.baseUrl,
      APP_CONFIG_catalog_locations: JSON.stringify(locations),
    };
    try {
      const sides = ['--left', 'npm start', '--right', 'cd ../new && npm start'];
      const verify = startForklift(['verify', portals.old, ...sides], environment);
      const code = await verify.ended;
      expect(verify.output()).to.match(/, 0 different, 0 missing\nEQUAL: /);
      expect(code).to.equal(0);
    } finally {
      await intranet.stop();
    }
  }

  it('compiles after the lift, and with plugins of both systems', async () => {
    await migrate(['lift']);
    expect(await typeErrors()).to.equal('');
    await migrate(['convert', 'proxy'], ['convert', 'feature-requests']);
    expect(await typeErrors()).to.equal('');
  });

  it('gives the same answers when everything is converted for which there is a new version', async () => {
    const converted = ['catalog', 'proxy', 'todo', 'feature-requests'];
    await migrate(['lift'], ...converted.map(plugin => ['convert', plugin]));
    expect(await typeErrors()).to.equal('');
    const { output } = await forklift('status', portals.migrated);
    expect(output).to.match(/^5 plugins: 0 legacy, 1 forklifted, 4 native\n/);
    await expectSameAnswers();
  });

  it('gives the same answers on createBackend() of stock Backstage', async () => {
    await migrate(['lift', '--runtime', 'backstage']);
    expect(await typeErrors()).to.equal('');
    await expectSameAnswers();
  });
});
