import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { forkliftMain } from './built-forklift';

/** The packages whose files are loaded by the time the command has ended. */
function loadedPackages(...args: string[]): string[] {
  const script = `
    process.argv.push(...${JSON.stringify(args)});
    process.on('exit', () => {
      const files = Object.keys(require.cache).join('\\n');
      const names = files.matchAll(/node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/g);
      console.error(JSON.stringify([...new Set([...names].map(([, name]) => name))]));
    });
    require(${JSON.stringify(forkliftMain)});
  `;
  const { stderr } = spawnSync(process.execPath, ['-e', script, 'forklift'], { encoding: 'utf8' });
  return JSON.parse(stderr.trim().split('\n').at(-1)!);
}

describe('forklift', () => {
  it('answers --version and --help at once: it loads nothing but what reads arguments', () => {
    for (const option of ['--version', '--help']) {
      expect(loadedPackages(option)).to.have.members(['commander', 'picocolors']);
    }
  });
});
