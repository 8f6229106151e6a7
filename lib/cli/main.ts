#!/usr/bin/env node
import { run } from './run';
import { createTerminal } from './terminal';

// A reader that has seen enough (`forklift guide lift | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit();
});

run(process.argv.slice(2), createTerminal()).then(code => {
  process.exitCode = code;
});
