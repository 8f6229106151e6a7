import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ExitCode } from './exit-code';
import type { Terminal } from './terminal';

const EXIT_CODES = `
Exit codes:
  ${ExitCode.done}  done, or equal
  ${ExitCode.workLeft}  differences, or work left for a person
  ${ExitCode.wrongUse}  wrong use
  ${ExitCode.failed}  failed`;

/**
 * The `forklift` command line. What a command needs is loaded when it is called, so that help, version
 * and mistakes are answered at once.
 *
 * @param onExitCode - called with the exit code of the command that ran
 */
export function createProgram(terminal: Terminal, onExitCode: (code: number) => void): Command {
  const program = new Command('forklift')
    .description('Moves a Backstage backend to the new backend system, one plugin at a time.')
    .version(readVersion(), '-v, --version')
    .exitOverride()
    .showHelpAfterError('(forklift --help lists the commands)')
    .configureOutput({
      writeOut: text => terminal.print(text.trimEnd()),
      writeErr: text => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error:/, terminal.colors.red('error:'))),
    })
    .addHelpText('after', EXIT_CODES);

  const command = (nameAndArguments: string, description: string) =>
    program
      .command(nameAndArguments)
      .description(description)
      .addOption(new Option('--debug', 'print stack traces'));
  /** Loads a command's code, runs it and takes down its exit code. */
  const does =
    <Args extends unknown[]>(load: () => (...args: [...Args, Terminal]) => Promise<number>) =>
    async (...args: unknown[]) => {
      // Commander hands over arguments, options and the command itself.
      onExitCode(await load()(...([...args.slice(0, -1), terminal] as [...Args, Terminal])));
    };

  inRepository(command('scan', 'list the plugins of a backend and what is to be done with each'))
    .option('--html <file>', 'write the list as a web page, too')
    .action(does(() => (require('./commands/scan') as typeof import('./commands/scan')).scan));

  changing(inRepository(command('lift', 'put all plugins on createBackend() and legacyPlugin()')))
    .addOption(runtimeOption('whose createBackend() to use').default('forklift'))
    .action(does(() => (require('./commands/lift') as typeof import('./commands/lift')).lift));

  changing(
    inRepository(
      command('convert', 'make a plugin one of the new system').addArgument(
        new Argument('<plugin>', 'its id, as listed by scan'),
      ),
    ),
  )
    .addOption(runtimeOption('whose createBackend() the backend is expected to use'))
    .action(
      does(() => (require('./commands/convert') as typeof import('./commands/convert')).convert),
    );

  inRepository(command('status', 'tell how far the migration has come')).action(
    does(() => (require('./commands/status') as typeof import('./commands/status')).status),
  );

  changing(
    inRepository(command('graduate', 'leave Forklift for the createBackend() of stock Backstage')),
  ).action(
    does(() => (require('./commands/graduate') as typeof import('./commands/graduate')).graduate),
  );

  command('verify', 'send the same requests to the old and the new backend and compare the answers')
    .argument('[dir]', 'folder in which commands are run', '.')
    .argument('[plugin]', 'send only the requests below /api/<plugin>')
    .option('--left <url|command>', 'the old backend (default: its last commit, as it was)')
    .option('--right <url|command>', 'the new backend (default: the work tree)')
    .option('--base <commit>', 'another commit to compare with')
    .option('--backend <folder>', 'folder of the backend package, where it is not found by itself')
    .option(
      '--requests <file>',
      'the requests: YAML, or HAR as browsers record it (default: parity-requests.yaml in the folder)',
    )
    .option('--baseline <file>', 'known differences, each accepted for a reason until a day')
    .addOption(
      new Option('--concurrency <n>', 'how many requests that change nothing may overlap')
        .argParser(readCount)
        .default(1),
    )
    .option('--ca <file>', 'certificates (PEM) to trust where a side is an address')
    .option('--json <file>', 'write the report as JSON, too')
    .option('--junit <file>', 'write the report as JUnit XML, too')
    .option('--html <file>', 'write the report as a web page, too')
    .action(
      does(() => (require('./commands/verify') as typeof import('./commands/verify')).verify),
    );

  command('guide', 'print the guide of a step, or list the guides')
    .argument('[step]', 'for example lift, or lift#extra-arguments for a section')
    .action(does(() => (require('./commands/guide') as typeof import('./commands/guide')).guide));

  command('demo', 'migrate an example and compare it with the original; takes a minute').action(
    does(() => (require('./commands/demo') as typeof import('./commands/demo')).demo),
  );

  return program;
}

function inRepository(command: Command): Command {
  return command
    .argument('[dir]', 'the Backstage repository', '.')
    .option('--backend <folder>', 'folder of the backend package, where it is not found by itself')
    .option('--json', 'print JSON');
}

function changing(command: Command): Command {
  return command
    .option('--dry-run', 'only print what would change, as a diff')
    .option('--force', 'change files although git has uncommitted changes');
}

function runtimeOption(description: string): Option {
  return new Option('--runtime <runtime>', description).choices(['forklift', 'backstage']);
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return count;
}

function readVersion(): string {
  return (require('backstage-forklift/package.json') as { version: string }).version;
}
