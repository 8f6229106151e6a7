import { CommanderError } from 'commander';
import { exitCodeOf } from './errors';
import { ExitCode } from './exit-code';
import { createProgram } from './program';
import type { Terminal } from './terminal';

/**
 * Runs the command with the given arguments (without node and script).
 *
 * @returns the exit code; never rejects
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = ExitCode.done;
  const program = createProgram(terminal, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message by now.
      return error.exitCode === 0 ? ExitCode.done : ExitCode.wrongUse;
    }
    printError(error as Error, terminal, wantsDebug(args));
    return exitCodeOf(error);
  }
}

function wantsDebug(args: readonly string[]): boolean {
  return args.includes('--debug') || Boolean(process.env.FORKLIFT_DEBUG);
}

function printError(error: Error, { note, colors }: Terminal, debug: boolean): void {
  note(`${colors.red('error:')} ${error.message}`);
  for (let at: unknown = error; debug && at instanceof Error; at = at.cause) {
    note(colors.dim(`${at === error ? '' : 'caused by '}${at.stack}`));
  }
}
