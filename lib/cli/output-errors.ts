import { ExitCode } from './exit-code';

/**
 * Ends the command when nobody takes what it prints. A reader that has seen enough
 * (`forklift guide lift | head`) is no failure; a full disk is one. Work that cleans up after itself is
 * interrupted as by a signal, so that no backend is left running.
 */
export function handleOutputErrors(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    process.stdout.on('error', () => {}); // What is printed while the work ends.
    const hasReader = error.code !== 'EPIPE';
    if (hasReader) process.stderr.write(`error: Can not print: ${error.message}\n`);
    if (process.emit('SIGTERM', 'SIGTERM')) return;
    process.exit(hasReader ? ExitCode.failed : ExitCode.done);
  });
  process.stderr.on('error', () => {}); // There is nowhere left to say it.
}
