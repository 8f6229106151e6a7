import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Running {
  process: ChildProcess;
  /** Settles when the program has printed something. */
  printed(text: string): Promise<void>;
  ended: Promise<Ended>;
}

function run(name: string, options: { env?: NodeJS.ProcessEnv; settings?: object } = {}): Running {
  const child = spawn(
    process.execPath,
    [
      '--require',
      'tsx/cjs',
      join(__dirname, 'programs', 'backend.ts'),
      name,
      JSON.stringify(options.settings ?? {}),
    ],
    { env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: '', ...options.env } },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', chunk => (out += chunk));
  child.stderr.on('data', chunk => (err += chunk));
  return {
    process: child,
    async printed(text) {
      while (!out.includes(text)) {
        await once(child.stdout, 'data');
      }
    },
    ended: once(child, 'close').then(([code]) => ({ code, out, err })),
  };
}

describe('the process of a backend', () => {
  it('ends with exit code 1 and one message when the start fails, whatever plugins leave behind', async () => {
    const { code, out } = await run('fails to start').ended;
    expect(code).to.equal(1);
    const [, summary] = out.split('error {} ');
    expect(summary.trim()).to.equal(
      [
        'Backend startup failed due to the following errors:',
        "  Plugin 'failing' startup failed; caused by Error: boom",
        '  Everything that had started was stopped. Set LOG_LEVEL=debug to see stack traces.',
      ].join('\n'),
    );
    expect(out).not.to.match(/^\s+at /m);
  });

  it('shows stack traces of a failed start with LOG_LEVEL=debug', async () => {
    const { code, out } = await run('fails to start', { env: { LOG_LEVEL: 'debug' } }).ended;
    expect(code).to.equal(1);
    expect(out).to.match(/^\s+at .*backend\.ts/m);
  });

  it('tells what is wrong with a feature without a stack trace', async () => {
    const { code, out, err } = await run('fails before plugins').ended;
    expect(code).to.equal(1);
    expect(out + err).to.include(
      'Backend startup failed; caused by InputError: Invalid backend feature at features[0].$$type, expected "@backstage/BackendFeature", received "nonsense"',
    );
    expect(out + err).not.to.match(/^\s+at /m);
  });

  it('tells first what kept a service from being made, then for whom it was made', async () => {
    const { out, err } = await run('fails to make services').ended;
    expect(out + err).to.include(
      "Backend startup failed; caused by TypeError: boom\n  while making 'x.outer' -> 'x.inner'\n",
    );
    const ofPlugin = await run('fails to make services of a plugin').ended;
    expect(ofPlugin.out).to.include(
      "  Plugin 'broken' startup failed; caused by TypeError: boom\n    while making 'x.outer' -> 'x.inner'\n",
    );
  });

  it('has exit code 1 when a rejected start is handled and nothing else is left to do', async () => {
    const { code, out } = await run('fails to start, handled').ended;
    expect(code).to.equal(1);
    expect(out).not.to.include('Backend startup failed');
  });

  it('lets somebody who awaits the start handle its failure', async () => {
    const { code, out } = await run('fails while its handler is async').ended;
    expect(code).to.equal(1);
    expect(out).to.include('handled');
  });

  it('ends in any case with the policy to exit', async () => {
    const { code, out } = await run('fails to start, handled, policy exit').ended;
    expect(code).to.equal(1);
    expect(out).to.include('Backend startup failed');
  });

  it('leaves everything to the caller with the policy to throw', async () => {
    const { code, out } = await run('fails to start, policy throw').ended;
    expect(code).to.equal(0);
    expect(out).not.to.include('Backend startup failed');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops the backend on ${signal} and ends with exit code 0`, async () => {
      const program = run('stops on a signal');
      await program.printed('ready');
      program.process.kill(signal);
      const { code, out } = await program.ended;
      expect(out).to.include('stopped');
      expect(code).to.equal(0);
    });
  }

  it('stops the backend when there is nothing left to do', async () => {
    const { code, out } = await run('has nothing to do').ended;
    expect(out).to.include('stopped');
    expect(code).to.equal(0);
  });

  it('is forced to end by a second signal, and says what it did not wait for', async () => {
    const program = run('never stops');
    await program.printed('ready');
    program.process.kill('SIGTERM');
    // Only a shutdown that is under way leaves the second signal something to force.
    const again = setInterval(() => program.process.kill('SIGTERM'), 200);
    const { code, err } = await program.ended;
    clearInterval(again);
    expect(code).to.equal(1);
    expect(err).to.include(
      "Forced to end by a second SIGTERM, without waiting for: shutdown hooks of plugin 'stopping'",
    );
  });

  it('goes on after errors that nobody handles, and logs whose they are', async () => {
    const { code, out } = await run('has errors that nobody handles').ended;
    expect(code).to.equal(0);
    expect(out)
      .to.include(
        'error {"type":"unhandledRejection","plugin":"rejects","count":1} Unhandled rejection Error: floating',
      )
      .and.include(
        'error {"type":"uncaughtException","plugin":"throws","count":1} Uncaught exception Error: in a callback',
      )
      .and.include('ready')
      .and.include('stopped');
  });

  it('ends after errors that nobody handles when told to', async () => {
    const settings = { backend: { process: { onUncaughtException: 'exit' } } };
    const { code, out } = await run('has errors that nobody handles', { settings }).ended;
    expect(code).to.equal(1);
    expect(out).to.include('in a callback').and.include('stopped');
  });

  it('may have many backends, which stop together, each with its own errors', async () => {
    const program = run('is many backends');
    await program.printed('ready');
    program.process.kill('SIGTERM');
    const { code, out, err } = await program.ended;
    expect(code).to.equal(0);
    expect(err).to.equal('');
    expect(out.match(/^stopped p\d+$/gm)).to.have.length(12);
    expect(out.match(/^error .*$/gm)).to.deep.equal([
      'error {"type":"unhandledRejection","plugin":"rejects","count":1} Unhandled rejection Error: floating',
    ]);
  });
});
