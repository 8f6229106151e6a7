import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';

const stock = createRequire(join(__dirname, '../../interop/package.json'));
const root = join(__dirname, '../../..');

describe('The log', () => {
  const linesOf = (module: string, environment: string) =>
    execFileSync(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, 'programs/log-lines.cjs'), module],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NODE_ENV: environment, LOG_LEVEL: '', NO_COLOR: '' },
      },
    ).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z(?!")/g, 'TIME');

  for (const environment of ['production', 'development']) {
    it(`is written in ${environment} as stock Backstage writes it`, () => {
      const ours = linesOf(join(root, 'lib/services/root-logger'), environment);
      const theirs = linesOf(stock.resolve('@backstage/backend-defaults/rootLogger'), environment);

      expect(ours).to.equal(theirs);
    });
  }
});
