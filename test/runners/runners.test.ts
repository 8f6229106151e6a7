import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const bin = (path: string) => join(__dirname, 'node_modules', path);
const POSTGRES = process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;

const RUNNERS: { [name in string]: string[] } = {
  Mocha: [require.resolve('mocha/bin/mocha.js'), '--no-config', 'mocha.test.cjs'],
  Jest: [bin('jest/bin/jest.js'), '--testMatch=**/jest.test.cjs'],
  Vitest: [bin('vitest/vitest.mjs'), 'run', '--globals', 'vitest.test.mjs'],
  'Vitest without globals': [bin('vitest/vitest.mjs'), 'run', 'vitest.test.mjs'],
  'Vitest without globals, in threads': [
    ...[bin('vitest/vitest.mjs'), 'run', '--pool=threads', 'vitest.test.mjs'],
  ],
  'Jest without globals': [
    ...[bin('jest/bin/jest.js'), '--injectGlobals=false', '--testMatch=**/jest.test.cjs'],
  ],
  'node --test': ['--test', 'node.test.cjs'],
};

describe('testing kit', () => {
  let folder: string;
  let recordFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forklift-runners-'));
    recordFile = join(folder, 'record');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function run(args: string[]): Promise<{ code: number | null; output: string }> {
    // Set by mocha's own environment or by an outer `node --test`, and not meant for this one.
    const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
    const child = spawn(process.execPath, args, {
      cwd: __dirname,
      env: { ...env, FORKLIFT_SUITE_RECORD: recordFile, CI: 'true', NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', code => resolve({ code, output }));
    });
  }

  function recorded(kind: string): string[] {
    const lines = readFileSync(recordFile, 'utf8').trim().split('\n');
    return lines
      .filter(line => line.startsWith(`${kind} `))
      .map(line => line.slice(kind.length + 1));
  }

  async function isDatabase(name: string): Promise<boolean> {
    const client = new pg.Client(POSTGRES);
    await client.connect();
    try {
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
      return rowCount === 1;
    } finally {
      await client.end();
    }
  }

  for (const [name, args] of Object.entries(RUNNERS)) {
    it(`works under ${name} and leaves nothing behind`, async () => {
      const { code, output } = await run(args);
      expect(code, output).to.equal(0);
      expect(output).to.match(/2 (passing|passed)|pass 2|2 passed/);

      const [directory] = recorded('directory');
      expect(existsSync(directory!), `${directory} is left`).to.equal(false);
      const databases = recorded('database');
      expect(databases).to.have.length(POSTGRES ? 1 : 0);
      for (const database of databases) {
        expect(await isDatabase(database), `database ${database} is left`).to.equal(false);
      }
    });
  }
});
