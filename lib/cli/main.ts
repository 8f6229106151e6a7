#!/usr/bin/env node
import { handleOutputErrors } from './output-errors';
import { run } from './run';
import { createTerminal } from './terminal';

handleOutputErrors();
run(process.argv.slice(2), createTerminal()).then(code => {
  process.exitCode = code;
});
