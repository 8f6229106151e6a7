import { Writable } from 'node:stream';
import { run } from '../../lib/cli/run';
import { createTerminal } from '../../lib/cli/terminal';

export interface ForkliftResult {
  code: number;
  /** What it printed, without colours. */
  output: string;
  /** What it printed beside the result. */
  notes: string;
}

/** Runs the command in this process, without a terminal. */
export async function forklift(...args: string[]): Promise<ForkliftResult> {
  const output = new Memory();
  const notes = new Memory();
  const code = await run(args, createTerminal(output, notes, {}));
  return { code, output: output.text, notes: notes.text };
}

/** Keeps what is written to it. */
export class Memory extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
