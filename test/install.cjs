// Installs what the integration tests run beside our own dependencies, or the folders that are named. Quick when nothing has changed.
const { execFileSync } = require('node:child_process');
const { existsSync, statSync } = require('node:fs');
const { join, relative } = require('node:path');

const root = join(__dirname, '..');

const named = process.argv.slice(2);
const folders = (
  named.length > 0 ? named : ['test/interop', 'test/runners', 'examples/legacy-portal']
).map(name => join(root, name));

for (const folder of folders) {
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) {
    continue;
  }
  console.log(`Installing ${relative(root, folder)} (once; a few minutes) ...`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
