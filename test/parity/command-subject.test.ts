import { expect } from 'chai';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { startCommandSubject } from 'backstage-forklift/parity';

const node = JSON.stringify(process.execPath);

function script(code: string): string {
  return `${node} -e ${JSON.stringify(code.replaceAll('\n', ' ')).replaceAll('$', '\\$')}`;
}

const SERVER = `
  let asked = 0;
  console.log('base url is ' + process.env.APP_CONFIG_backend_baseUrl);
  require('http').createServer((req, res) => {
    if (req.url.includes('readiness') && ++asked < 3) res.statusCode = 503;
    res.end(String(asked));
  }).listen(process.env.APP_CONFIG_backend_listen_port);`;

async function refuses(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

describe('startCommandSubject', () => {
  const cwd = tmpdir();

  it('starts a command on a free port, waits until it is ready, keeps its output and ends it', async () => {
    const subject = await startCommandSubject({ name: 'old', command: script(SERVER), cwd });
    const { port } = new URL(subject.baseUrl);
    try {
      const response = await fetch(`${subject.baseUrl}/x`);
      expect(await response.text()).to.equal('3');
      expect(subject.logs()).to.include(`base url is "${subject.baseUrl}"`);
    } finally {
      await subject.stop();
    }
    expect(await refuses(Number(port))).to.equal(true);
    await subject.stop();
  });

  it('ends what ignores the polite signal, and what the shell left behind', async () => {
    const stubborn = script(`process.on('SIGTERM', () => {});${SERVER}`);
    const subject = await startCommandSubject({
      name: 'old',
      command: `${stubborn} & wait`,
      cwd,
      stopTimeout: 200,
    });
    await subject.stop();
    expect(await refuses(Number(new URL(subject.baseUrl).port))).to.equal(true);
  });

  async function failure(
    command: string,
    startTimeout?: number,
  ): Promise<Error & { code: string }> {
    return startCommandSubject({ name: 'new', command, cwd, startTimeout }).then(
      () => expect.fail('expected a rejection'),
      error => error,
    );
  }

  it('names a command that dies, with the end of its output', async () => {
    const error = await failure(script("console.error('no such config'); process.exit(3)"));
    expect(error.code).to.equal('SUBJECT_NOT_STARTED');
    expect(error.message).to.match(
      /^The new backend did not start: it ended with exit code 3\. Command: /,
    );
    expect(error.message).to.include('\n  no such config');
  });

  it('leaves its own requests out of that output', async () => {
    const logging = `console.log('no such table');
      require('http').createServer((req, res) => {
        console.log('asked for ' + req.url);
        res.statusCode = 503;
        res.end();
      }).listen(process.env.APP_CONFIG_backend_listen_port);`;
    const { message } = await failure(script(logging), 1_000);
    expect(message).to.match(/was not ready after 1 s \(readiness 503\).*\n {2}no such table$/);
  });

  it('names a command that does not exist', async () => {
    const error = await failure('no-such-command-here');
    expect(error.message).to.include('it ended with exit code 127');
  });

  it('gives up on a command that never gets ready', async () => {
    const error = await failure(script('setInterval(() => {}, 1000)'), 400);
    expect(error.message).to.include('it was not ready after 0.4 s (no answer)');
  });
});
