import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

const isWindows = process.platform === 'win32';

/** True when the folder's node_modules is there and as new as its lock file. */
export function isInstalled(folder: string): boolean {
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/**
 * Installs a folder's locked dependencies; npm shows its progress.
 *
 * @throws Error when npm fails, and the signal's reason when it goes off
 */
export async function installDependencies(folder: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows,
    // Its own process group: npm finishes what it is at before it heeds a polite signal.
    detached: !isWindows,
    // npm leaves out what is needed to run the example when it is to install for production.
    env: { ...process.env, NODE_ENV: 'development' },
  });
  const stop = () => {
    if (npm.pid !== undefined && npm.exitCode === null) {
      process.kill(isWindows ? npm.pid : -npm.pid, 'SIGKILL');
    }
  };
  signal.addEventListener('abort', stop);
  try {
    const [code] = await once(npm, 'exit');
    signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`npm ${args.join(' ')} failed with exit code ${code} in ${folder}`);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
