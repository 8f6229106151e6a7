import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeParity, urlSubject } from 'backstage-forklift/parity';

async function serve(body: string): Promise<Server> {
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}

describe('describeParity', () => {
  describe('under Mocha', () => {
    const servers: Server[] = [];
    const start = (name: string) => async () => {
      const server = await serve('tea');
      servers.push(server);
      const { port } = server.address() as AddressInfo;
      return { ...urlSubject(name, `http://127.0.0.1:${port}`), stop: () => close(server) };
    };

    describeParity('tea', {
      left: start('old'),
      right: start('new'),
      requests: [{ method: 'GET', path: '/api/tea', headers: {}, as: 'none' }],
    });

    after('stops the backends', () => {
      expect(servers.map(server => server.listening)).to.eql([false, false]);
    });
  });

  it('fails a test with the differences, under `node --test`', async () => {
    const [old, changed] = [await serve('tea'), await serve('coffee')];
    const [left, right] = [old, changed].map(
      server => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    const code = `
      const { describeParity, parseRequests, urlSubject } = require('backstage-forklift/parity');
      describeParity('tea', {
        left: urlSubject('old', '${left}'),
        right: urlSubject('new', '${right}'),
        requests: parseRequests('requests: [GET /api/tea]', 'here').requests,
      });`;
    try {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
        cwd: join(__dirname, '../..'),
        env: { ...env, NO_COLOR: '1' },
      });
      let output = '';
      child.stdout.on('data', chunk => (output += chunk));
      child.stderr.on('data', chunk => (output += chunk));
      const exitCode = await new Promise(resolve => child.once('close', resolve));
      expect(exitCode, output).to.equal(1);
      expect(output).to.include('GET /api/tea');
      expect(output).to.include('body line 1: "tea" -> "coffee"');
    } finally {
      await close(old);
      await close(changed);
    }
  });
});
