import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TESTING = join(__dirname, '../../lib/testing');

describe('cleaning up after tests', () => {
  function warningsUnder(runner: string): string {
    const program = `${runner}; const { createMockDirectory } = require(${JSON.stringify(TESTING)});
      createMockDirectory(); createMockDirectory();`;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--require', require.resolve('tsx/cjs'), '--eval', program],
      { env, encoding: 'utf8' },
    );
    expect(status, stderr).to.equal(0);
    return stderr;
  }

  it('says once what to do where Vitest shows no hook', () => {
    const warnings = warningsUnder('globalThis.__vitest_worker__ = {}');
    expect(
      warnings.match(/Nothing is cleaned up after these tests: set `globals: true`/g),
    ).to.have.length(1);
  });

  it('says nothing where there is a way', () => {
    expect(warningsUnder('globalThis.__vitest_worker__ = { onCleanup() {} }')).not.to.include(
      'cleaned up',
    );
    expect(warningsUnder('')).not.to.include('cleaned up');
  });
});
