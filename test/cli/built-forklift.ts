import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The built command. */
export const forkliftMain = join(__dirname, '..', '..', 'dist', 'lib', 'cli', 'main.js');

export interface RunningForklift {
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Resolves when it has printed a text. */
  printed(text: string | RegExp): Promise<void>;
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>;
}

/** Starts the built command, as an installed one would run. */
export function startForklift(args: string[], env: NodeJS.ProcessEnv = {}): RunningForklift {
  if (!existsSync(forkliftMain)) {
    throw new Error(`There is no ${forkliftMain}: run npm run build first`);
  }
  const child = spawn(process.execPath, [forkliftMain, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk;
    child.emit('printed');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  return {
    child,
    output: () => output,
    ended,
    printed: text =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (output.search(text) >= 0) {
            child.off('printed', check);
            resolve();
          }
        };
        child.on('printed', check);
        void ended.then(code => reject(new Error(`It ended with ${code}: ${output}`)));
        check();
      }),
  };
}
