import { createColors } from 'picocolors';
import type { Writable } from 'node:stream';

/** Where a command prints. */
export interface Terminal {
  /** Colours for texts; they change nothing where there is no terminal. */
  readonly colors: ReturnType<typeof createColors>;
  /** Prints a line of the result. */
  print(line?: string): void;
  /** Prints a line that is not part of the result. */
  note(line: string): void;
}

/** Prints results to `output` and everything else to `errors`; in colours only to a terminal. */
export function createTerminal(
  output: Writable & { isTTY?: boolean } = process.stdout,
  errors: Writable = process.stderr,
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  return {
    colors: createColors(wantsColors(output.isTTY === true, env)),
    print: (line = '') => void output.write(`${line}\n`),
    note: line => void errors.write(`${line}\n`),
  };
}

function wantsColors(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) {
    return false;
  }
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTerminal && env.TERM !== 'dumb';
}
