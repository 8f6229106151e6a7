import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import type { HttpRouterService } from 'backstage-forklift';
import { startEdge, type Edge } from '../root-http-router/support/start-edge';

const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

describe('requests for another protocol', () => {
  let edge: Edge;
  const sockets: Socket[] = [];
  afterEach(async () => {
    sockets.splice(0).forEach(socket => socket.destroy());
    await edge.stop();
  });

  const echo = (_req: unknown, socket: Duplex, head: Buffer) => {
    socket.write(SWITCHED);
    socket.write(head);
    socket.pipe(socket);
  };

  async function start(
    mount: (routes: HttpRouterService) => void = routes => routes.onUpgrade!(echo),
    backend: object = {},
  ) {
    edge = await startEdge({
      config: { backend },
      plugins: {
        talk(routes) {
          routes.use((req, res) => void res.json({ plain: req.path }));
          routes.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
          routes.addAuthPolicy({ path: '/page', allow: 'user-cookie' });
          mount(routes);
        },
        quiet(routes) {
          routes.use((_req, res) => void res.json({ quiet: true }));
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
  }

  /** Asks for the protocol and sends `hello` in it. */
  function ask(path: string, headers: { [name in string]: string } = {}): Socket {
    const lines = Object.entries({ Host: 'a', Connection: 'Upgrade', Upgrade: 'echo', ...headers });
    const socket = connect(edge.port, '127.0.0.1');
    sockets.push(socket);
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\nhello`);
    return socket;
  }

  async function answer(socket: Socket): Promise<string> {
    let text = '';
    socket.setEncoding('utf8');
    for await (const chunk of socket) {
      text += chunk;
      if (text === `${SWITCHED}hello`) {
        break;
      }
    }
    return text;
  }

  const USER = { Authorization: 'Bearer user' };

  it('reach the handler of their plugin, with what the client sent already', async () => {
    await start();
    expect(await answer(ask('/api/talk/x', USER))).to.equal(`${SWITCHED}hello`);
    expect(await answer(ask('/api/talk/open'))).to.equal(`${SWITCHED}hello`);
  });

  it('pass the auth policies of their plugin', async () => {
    await start();
    const refused = await answer(ask('/api/talk/x'));
    expect(refused).to.match(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(refused).to.include('"message":"Missing credentials"');
    expect(await answer(ask('/api/talk/x', { Authorization: 'Bearer limited' }))).to.match(/ 401 /);
    expect(await answer(ask('/api/talk/page', { Authorization: 'Bearer limited' }))).to.equal(
      `${SWITCHED}hello`,
    );
  });

  it('do not get around the policies by paths that a handler would resolve', async () => {
    await start();
    for (const path of ['/open/../x', '/open/%2E%2e/x', '/open/./..\\x', '/open/..%2f/../x']) {
      expect(await answer(ask(`/api/talk${path}`)), path).to.match(/^HTTP\/1\.1 404 /);
    }
    expect(await answer(ask('/api/talk/open/a%20b?c=../x'))).to.equal(`${SWITCHED}hello`);
  });

  it('come from pages of known origins only', async () => {
    await start(undefined, { cors: { origin: 'https://*.acme.com' } });
    for (const Origin of ['http://localhost:7007', 'https://portal.acme.com']) {
      expect(await answer(ask('/api/talk/x', { ...USER, Origin }))).to.match(/ 101 /);
    }
    for (const Origin of ['https://evil.com', 'null', 'https://acme.com.evil.com']) {
      const refused = await answer(ask('/api/talk/x', { ...USER, Origin }));
      expect(refused).to.match(/^HTTP\/1\.1 403 /);
      expect(refused).to.include(`Connections from origin '${Origin}' are not allowed`);
    }
  });

  it('are plain requests for plugins that know no other protocol', async () => {
    await start();
    expect(await answer(ask('/api/quiet'))).to.match(/^HTTP\/1\.1 200 [^]*\{"quiet":true\}/);
    expect(await answer(ask('/nowhere'))).to.match(/^HTTP\/1\.1 404 /);
  });

  it('leave other requests for the plugin alone', async () => {
    await start();
    const response = await fetch(`${edge.url}/api/talk/open/x`);
    expect(await response.json()).to.deep.equal({ plain: '/open/x' });
  });

  it('are left to other listeners of the server when they are not for the plugin', async () => {
    await start();
    edge.server.on('upgrade', (req, socket) => {
      if (req.url === '/api/signals') {
        echo(req, socket, Buffer.from('signal'));
      }
    });
    const socket = ask('/api/signals');
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).to.match(/^HTTP\/1\.1 101 /);
  });

  it('end when their handler fails', async () => {
    await start(routes =>
      routes.onUpgrade!(async () => {
        throw new Error('no');
      }),
    );
    expect(await answer(ask('/api/talk/open'))).to.equal('');
    expect(edge.logger.messages('error')).to.deep.equal(['Failed to upgrade a connection']);
  });

  it('do not end the backend when their client goes away', async () => {
    await start();
    const socket = ask('/api/talk/open');
    await once(socket, 'data');
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect(await answer(ask('/api/talk/open'))).to.equal(`${SWITCHED}hello`);
  });

  it('do not keep the plugin from shutting down', async () => {
    await start(undefined, { lifecycle: { requestDrainTimeout: { milliseconds: 100 } } });
    const socket = ask('/api/talk/open');
    await once(socket, 'data');
    const begin = Date.now();
    await edge.stopPlugins();
    expect(Date.now() - begin).to.be.below(90);
    const closed = once(socket, 'close');
    await edge.stop();
    await closed;
  });

  it('have one handler for each plugin', async () => {
    await start(routes => {
      routes.onUpgrade!(echo);
      expect(() => routes.onUpgrade!(echo)).to.throw(
        "httpRouter.onUpgrade of plugin 'talk' must only be called once",
      );
    });
  });
});
