import { expect } from 'chai';
import { createServer, type RequestListener, type Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  formatResult,
  parseRequests,
  runParity,
  type ParityResult,
} from 'backstage-forklift/parity';
import { useSubjects } from './use-subjects';

describe('parity of streams', () => {
  const serve = useSubjects();

  async function compare(left: Server, right: Server, request: string): Promise<ParityResult> {
    const report = await runParity({
      left: await serve('old', left),
      right: await serve('new', right),
      requests: parseRequests(`requests: [${request}]`, 'here').requests,
      timeout: 5_000,
    });
    return report.results[0];
  }

  const found = ({ differences }: ParityResult) =>
    differences
      .filter(({ ignored }) => !ignored)
      .map(({ path, left, right }) => [path, left, right]);

  describe('server-sent events', () => {
    /** A stream without an end, in chunks that have nothing to do with its messages. */
    function events(...messages: string[]): Server {
      const listener: RequestListener = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const text = `: hello ${Math.random()}\n\n${messages.map(each => `data: ${each}\n\n`).join('')}`;
        const half = Math.floor(Math.random() * text.length);
        response.write(text.slice(0, half), () => response.write(text.slice(half)));
      };
      return createServer(listener);
    }

    it('compares as many messages as it is told, and not how they were cut into chunks', async () => {
      const request = '{ path: /events, messages: 2 }';
      const same = await compare(
        events('{"tea":1}', 'b'),
        events('{ "tea": 1 }', 'b', 'later'),
        request,
      );
      expect(found(same)).to.deep.equal([]);
      const other = await compare(events('{"tea":1}', 'b'), events('{"tea":2}', 'b'), request);
      expect(found(other)).to.deep.equal([['$[0].data.tea', 1, 2]]);
      expect(formatResult(other, 'http://new')).to.include("curl -i -N 'http://new/events'");
    });

    it('compares what comes until it is quiet, and notices what does not come', async () => {
      const request = 'GET /events';
      expect(found(await compare(events('a', 'b'), events('a', 'b'), request))).to.deep.equal([]);
      const fewer = await compare(events('a', 'b'), events('a'), request);
      expect(found(fewer)).to.deep.equal([['$[1]', { data: 'b' }, undefined]]);
    });

    it('compares a stream that has an end, and one that breaks', async () => {
      const ending = (id: number) =>
        createServer((_request, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(`event: done\nid: ${id}\ndata: one\ndata: two\n\n`);
        });
      const breaking = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: do', () => response.destroy());
      });
      const result = await compare(ending(7), breaking, '{ path: /events, messages: 3 }');
      expect(found(result)).to.deep.equal([['answer', 'status 200', 'no answer (aborted)']]);
      expect(found(await compare(ending(7), ending(8), 'GET /events'))).to.deep.equal([
        ['$[0].id', '7', '8'],
      ]);
    });
  });

  describe('web sockets', () => {
    /** Refuses who has no token, and answers each message. */
    function socketServer(answer: (message: string, socket: WebSocket) => void): Server {
      const server = createServer();
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (request.headers['x-visitor'] !== 'good') {
          socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-type: text/plain\r\n\r\nno entry');
          return;
        }
        sockets.handleUpgrade(request, socket, head, client => {
          client.on('message', data => answer(String(data), client));
          client.send(JSON.stringify({ hello: request.url }));
        });
      });
      return server;
    }

    const good = 'headers: { x-visitor: good }';

    it('compares messages as JSON, in both directions', async () => {
      const echo = (message: string, socket: WebSocket) => socket.send(message);
      const request = `{ path: /api/tea, ${good}, webSocket: [{ ask: 1 }, plain], messages: 3 }`;
      const same = await compare(socketServer(echo), socketServer(echo), request);
      expect(found(same)).to.deep.equal([]);
      expect(same.left).to.include({ status: 101 });
      const shouting = (message: string, socket: WebSocket) => socket.send(message.toUpperCase());
      const other = await compare(socketServer(echo), socketServer(shouting), request);
      expect(found(other)).to.deep.equal([
        ['$.messages[1].ask', 1, undefined],
        ['$.messages[1].ASK', undefined, 1],
        ['$.messages[2]', 'plain', 'PLAIN'],
      ]);
      expect(formatResult(other, 'http://new')).to.include(
        `npx wscat -H 'x-visitor: good' -c 'ws://new/api/tea' -x '{"ask":1}' -x 'plain'`,
      );
    });

    it('compares how a socket is closed, and refusals', async () => {
      const closing = (code: number) => (_message: string, socket: WebSocket) =>
        socket.close(code, 'enough');
      const request = `{ path: /, ${good}, webSocket: [bye] }`;
      const closed = await compare(
        socketServer(closing(4000)),
        socketServer(closing(4001)),
        request,
      );
      expect(found(closed)).to.deep.equal([['$.closed.code', 4000, 4001]]);
      const open = createServer().on('upgrade', (_request, socket) => {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-type: text/plain\r\n\r\nno way');
      });
      const refused = await compare(
        socketServer(() => {}),
        open,
        '{ path: /, webSocket: [] }',
      );
      expect(found(refused)).to.deep.equal([['line 1', 'no entry', 'no way']]);
    });

    it('compares what comes until it is quiet', async () => {
      const silent = () => {};
      const request = `{ path: /, ${good}, webSocket: [] }`;
      const result = await compare(socketServer(silent), socketServer(silent), request);
      expect(found(result)).to.deep.equal([]);
      expect(result.verdict).to.equal('matched');
    });

    it('says when a side does not speak web socket at all', async () => {
      const plain = createServer((_request, response) => response.end('hello'));
      const request = `{ path: /, ${good}, webSocket: [], messages: 1 }`;
      const result = await compare(
        socketServer(() => {}),
        plain,
        request,
      );
      expect(found(result)[0]).to.deep.equal(['status', 101, 200]);
    });
  });

  it('refuses what can not be sent', () => {
    const parse = (request: string) => () => parseRequests(`requests: [${request}]`, 'r.yaml');
    expect(parse('{ path: /, webSocket: hello }')).to.throw(
      /r\.yaml:1:12: expected webSocket to be the list/,
    );
    expect(parse('{ method: POST, path: /, webSocket: [] }')).to.throw(/with method GET/);
    expect(parse('{ path: /, messages: 0 }')).to.throw(/whole number from 1, received '0'/);
  });
});
