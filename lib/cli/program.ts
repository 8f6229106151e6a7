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
        new Argument('<plugin>', 'its id, as listed by scan, or the folder of its package'),
      ),
    ),
  )
    .addOption(runtimeOption('whose createBackend() the backend is expected to use'))
    .action(
      does(() => (require('./commands/convert') as typeof import('./commands/convert')).convert),
    );

  changing(
    inRepository(
      command(
        'new',
        'make a package for a plugin, a module or a service, and add it to the backend',
      )
        .addArgument(new Argument('<kind>').choices(['plugin', 'module', 'service']))
        .addArgument(new Argument('<id>', 'its id: lower case letters, digits and hyphens')),
    ).option('--plugin <id>', 'the plugin that a module extends'),
  )
    .addOption(
      runtimeOption(
        'whose createBackend() runs it in dev/ and in tests (default: that of the backend)',
      ),
    )
    .action(
      does(
        () =>
          (require('./commands/new-feature') as typeof import('./commands/new-feature')).newFeature,
      ),
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
    .option(
      '--left-copy <url|command|same>',
      'another old backend, with data of its own: what both give differently is noise (same: start it twice)',
    )
    .option('--base <commit>', 'another commit to compare with')
    .option('--backend <folder>', 'folder of the backend package, where it is not found by itself')
    .option(
      '--requests <file>',
      'the requests, may be repeated: YAML, a scenario (.ts, .js), a recording (.har), an access log (.log, .jsonl, .gz) or an OpenAPI document (default: parity-requests.yaml in the folder, otherwise what --explore finds)',
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option('--explore', 'make up requests, too, for the routes that these do not reach')
    .addOption(
      new Option(
        '--random-seed <n>',
        'choose other values for requests that are made up',
      ).argParser(readCount),
    )
    .option('--writes', 'make up requests that change something, too; with --database')
    .option('--unique', 'send equal requests that change nothing only once')
    .addOption(
      new Option(
        '--as <principal>',
        'in whose name requests are sent of which no file tells (default: user, or none where a side runs elsewhere)',
      ).choices(['user', 'service', 'none']),
    )
    .option('--baseline <file>', 'known differences, each accepted for a reason until a day')
    .addOption(
      new Option('--concurrency <n>', 'how many requests that change nothing may overlap')
        .argParser(readCount)
        .default(1),
    )
    .option(
      '--database <server>',
      'give each side databases of its own and compare them, too: sqlite, or postgresql://…',
    )
    .option('--seed <from>', 'what these begin with: *.sqlite files, or a prefix of databases')
    .option('--calls', 'compare the HTTP calls that the backends make, too')
    .option('--ca <file>', 'certificates (PEM) to trust where a side is an address')
    .option('--json <file>', 'write the report as JSON, too')
    .option('--junit <file>', 'write the report as JUnit XML, too')
    .option('--html <file>', 'write the report as a web page, too')
    .action(
      does(() => (require('./commands/verify') as typeof import('./commands/verify')).verify),
    );

  command('record', 'pass requests on to a backend, and record them for verify')
    .requiredOption('--target <url>', 'the backend, for example http://localhost:7007')
    .requiredOption('--output <file>', 'the HAR file to write')
    .addOption(
      new Option('--port <n>', 'where to listen (default: a free port)').argParser(readCount),
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addOption(
      new Option('--rotate <MB>', 'begin another file when one is that large')
        .argParser(readCount)
        .default(100),
    )
    .addOption(
      new Option('--max-body <kB>', 'leave out larger bodies, which pass all the same')
        .argParser(readCount)
        .default(1024),
    )
    .option('--ca <file>', 'certificates (PEM) to trust where the backend has its own')
    .action(
      does(() => (require('./commands/record') as typeof import('./commands/record')).record),
    );

  changing(
    command('guide', 'print the guide of a step, or carry it out; or list the guides')
      .argument('[step]', 'for example lift, or lift#extra-arguments for a section')
      .argument('[dir]', 'the Backstage repository, with --apply', '.')
      .option('--apply', 'carry the step out over the whole repository')
      .option(
        '--backend <folder>',
        'folder of the backend package, where it is not found by itself',
      )
      .option('--json', 'print JSON'),
  ).action(does(() => (require('./commands/guide') as typeof import('./commands/guide')).guide));

  command('demo', 'migrate an example and compare it with the original; takes a minute')
    .option('--html <file>', 'also write the comparison as a web page')
    .action(does(() => (require('./commands/demo') as typeof import('./commands/demo')).demo));

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
