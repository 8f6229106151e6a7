import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

/** Asks another server for each answer, by `http` or by `fetch`, and once for itself at the start. */
const BACKEND = `
  const http = require('node:http');
  const [supplier, client, ...more] = process.argv.slice(2);
  const port = process.env.APP_CONFIG_backend_listen_port;
  const get = url => client === 'fetch'
    ? fetch(url).then(answer => answer.text())
    : new Promise((resolve, reject) => http.get(url, answer => {
        answer.resume().on('end', resolve);
      }).on('error', reject));
  http.createServer(async (request, response) => {
    if (request.url === '/own') {
      return response.end('own');
    }
    await new Promise(resolve => setImmediate(resolve));
    await get(supplier + '/price?of=' + request.url.slice(1) + '&token=hush');
    await get('http://localhost:' + port + '/own');
    for (const path of request.url === '/api/tea' ? more : []) {
      await get(supplier + path);
    }
    response.end(JSON.stringify({ load: Math.random() }));
  }).listen(port, () => get(supplier + '/registration'));
`;

describe('forklift verify --calls', () => {
  const folder = useTemporaryFolder();
  let supplier: Server;
  let url: string;

  beforeEach(async () => {
    supplier = createServer((_request, response) => response.end('3'));
    await new Promise<void>(resolve => supplier.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(supplier.address() as AddressInfo).port}`;
    await folder.write({
      'backend.cjs': BACKEND,
      'parity-requests.yaml': 'requests: [GET /api/tea, GET /api/coffee, GET /api/tea]',
    });
  });

  afterEach(() => {
    supplier.closeAllConnections();
    supplier.close();
  });

  function verify(left: string, right: string) {
    const command = (args: string) => `node backend.cjs ${url} ${args}`;
    const sides = ['--left', command(left), '--right', command(right)];
    return forklift('verify', folder.path(), ...sides, '--calls');
  }

  it('finds none between backends that call the same, however they do it', async () => {
    const { code, output } = await verify('http', 'fetch');
    expect(output).to.match(/^= - {7}CALLS GET \/api\/tea$/m);
    expect(output).to.match(/^= - {7}CALLS \(in the background\)$/m);
    expect(output).to.not.include('/own');
    expect(code, output).to.equal(0);
  });

  it('finds a call too many, and a call to another address, and keeps secrets', async () => {
    const { code, output } = await verify('http', 'fetch /audit /audit');
    expect(output).to.match(/^≠ - {7}CALLS GET \/api\/tea$/m);
    expect(output).to.include(`["GET ${url}/audit"]: nothing -> 4`);
    expect(output).to.match(/^= - {7}CALLS GET \/api\/coffee$/m);
    expect(output).to.not.include('hush');
    expect(code).to.equal(1);
  });
});
