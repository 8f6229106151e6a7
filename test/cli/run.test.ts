import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

const manifest = readFileSync(require.resolve('backstage-forklift/package.json'), 'utf8');
const { version } = JSON.parse(manifest);

describe('forklift', () => {
  const folder = useTemporaryFolder();

  it('prints its version', async () => {
    expect(await forklift('--version')).to.deep.equal({
      code: 0,
      output: `${version}\n`,
      notes: '',
    });
  });

  it('lists its commands and exit codes', async () => {
    const { code, output } = await forklift('--help');
    expect(code).to.equal(0);
    for (const command of ['scan', 'lift', 'convert', 'status', 'verify', 'new', 'guide', 'demo']) {
      expect(output).to.match(new RegExp(`^  ${command} `, 'm'));
    }
    expect(output).to.include('  1  differences, or work left for a person\n');
  });

  it('explains a command, with its options', async () => {
    const { code, output } = await forklift('lift', '--help');
    expect(code).to.equal(0);
    for (const option of ['--dry-run', '--force', '--json', '--runtime', '--backend']) {
      expect(output).to.include(option);
    }
  });

  const mistakes: Array<[args: string[], message: RegExp]> = [
    [['scna'], /^error: unknown command 'scna'\n\(Did you mean scan\?\)/],
    [['scan', '--jsno'], /^error: unknown option '--jsno'\n\(Did you mean --json\?\)/],
    [['convert'], /^error: missing required argument 'plugin'/],
    [['scan', 'a', 'b'], /^error: too many arguments for 'scan'/],
    [
      ['lift', '--runtime', 'rails'],
      /'rails' is invalid\. Allowed choices are forklift, backstage/,
    ],
    [['scan', '/no/such/folder'], /^error: There is no folder '\/no\/such\/folder'\n$/],
    [
      ['scan', './exmaples'],
      /^error: There is no folder '\.\/exmaples'\. Did you mean 'examples'\?/,
    ],
    [
      ['scan', 'package.json'],
      /^error: 'package\.json' is a file\. Give the folder of a Backstage/,
    ],
    [
      ['scan', '--html', 'no/folder/x'],
      /^error: --html 'no\/folder\/x' can not be written: there is/,
    ],
    [['verify', '--json', 'test'], /^error: --json 'test' can not be written: it is a folder/],
    [['verify', '--right', 'x'], /^error: The old backend is missing: .* --left 'npm start'/],
    [['verify', '--left', 'x'], /^error: The new backend is missing: .* --right 'npm start'/],
    [
      ['verify', '--left', 'http://:x', '--right', 'y'],
      /^error: --left 'http:\/\/:x' is not a valid address/,
    ],
  ];
  for (const [args, message] of mistakes) {
    it(`says in one message what is wrong with '${args.join(' ')}'`, async () => {
      const { code, output, notes } = await forklift(...args);
      expect(code).to.equal(2);
      expect(output).to.equal('');
      expect(notes).to.match(message);
      expect(notes).to.not.include('    at ');
    });
  }

  it('shows how to use it when it is called with nothing', async () => {
    const { code, notes } = await forklift();
    expect(code).to.equal(2);
    expect(notes).to.match(/^Usage: forklift/);
  });

  it('says that a folder holds no Backstage backend', async () => {
    for (const args of [['scan'], ['lift'], ['status'], ['convert', 'todo']]) {
      const { code, notes } = await forklift(...args, folder.path());
      expect(code, args[0]).to.equal(2);
      expect(notes, args[0]).to.match(/^error: .*is not a Backstage repository.*\n$/);
    }
  });

  it('prints a stack trace only when it is asked to', async () => {
    const { notes } = await forklift('scan', folder.path(), '--debug');
    expect(notes).to.match(/^error: .*is not a Backstage repository.*\n.*\n +at /);
  });
});
