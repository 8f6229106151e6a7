import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import type { Request, Response } from 'express';
import { createHttpServer } from 'backstage-forklift/services';
import { RecordingLogger } from './support/recording-logger';
import { startEdge } from './support/start-edge';

const LISTEN = { listen: { host: '127.0.0.1', port: 0 } };

describe('the HTTP server', () => {
  it('says where it listens', async () => {
    const logger = new RecordingLogger();
    const server = await createHttpServer(() => {}, LISTEN, { logger });
    await server.start();
    expect(server.port()).to.be.above(0);
    expect(logger.messages('info')).to.deep.equal([`Listening on 127.0.0.1:${server.port()}`]);
    await server.stop();
    expect(() => server.port()).to.throw("Unexpected server address 'null'");
  });

  it('does not start on a port that is in use, and says what to do', async () => {
    const holder = await createHttpServer(() => {}, LISTEN, { logger: new RecordingLogger() });
    await holder.start();
    const port = holder.port();
    const failure = await startEdge({
      config: { backend: { listen: { host: '127.0.0.1', port } } },
    })
      .then(() => undefined)
      .catch(error => error);
    await holder.stop();
    expect(failure).to.include({ code: 'EADDRINUSE' });
    expect(failure.message).to.equal(
      `Cannot listen on port ${port} of host '127.0.0.1': the port is already in use. Stop the process that uses it, or choose another port with the configuration key backend.listen.port`,
    );
  });

  it('does not start on a host that is not its own', async () => {
    const failure = await startEdge({ config: { backend: { listen: '192.0.2.1:0' } } }).catch(
      error => error,
    );
    expect(failure.message).to.match(
      /^Cannot listen on port 0 of host '192\.0\.2\.1': .*backend\.listen\.host/,
    );
  });

  it('may be stopped before it has started, and twice', async () => {
    const server = await createHttpServer(() => {}, LISTEN, { logger: new RecordingLogger() });
    await server.stop();
    await server.start();
    await server.stop();
    await server.stop();
  });

  it('finishes the requests that are open when it stops, and then closes their connections', async () => {
    const answers: Response[] = [];
    const edge = await startEdge({
      plugins: {
        slow(routes) {
          routes.use((_req: Request, res: Response) => void answers.push(res));
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
    const clients = Array.from({ length: 200 }, () =>
      sendRequest(`${edge.url}/api/slow`, { headers: { connection: 'keep-alive' } }),
    );
    const responses = clients.map(client => once(client, 'response'));
    clients.forEach(client => client.end());
    await until(() => answers.length === 200);

    const stopped = edge.stop();
    await edge.refused;
    const late = await fetch(`${edge.url}/api/slow`);
    expect(late.status).to.equal(503);
    await late.arrayBuffer();
    answers.forEach(res => res.json({ done: true }));
    const statuses = (await Promise.all(responses)).map(([response]: IncomingMessage[]) => {
      response.resume();
      return response.statusCode;
    });
    expect(statuses).to.deep.equal(Array(200).fill(200));

    const begin = Date.now();
    await stopped;
    expect(Date.now() - begin).to.be.below(2000);
    const [error] = await once(connect(edge.port, '127.0.0.1'), 'error');
    expect(error.code).to.equal('ECONNREFUSED');
  });

  it('cuts off requests that do not end in time', async () => {
    const edge = await startEdge({
      config: { backend: { lifecycle: { requestDrainTimeout: { milliseconds: 50 } } } },
      plugins: {
        stuck(routes) {
          routes.use((_req: Request, res: Response) => void res.write('begun'));
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
    const response = await fetch(`${edge.url}/api/stuck`);
    const body = response.text().catch(error => error);
    await edge.stop();
    expect(await body).to.be.instanceOf(Error);
    expect(edge.logger.messages('warn').join()).to.match(/^Closing 1 connections that are still/);
  });

  it('closes connections that have become something else', async () => {
    const edge = await startEdge({
      config: { backend: { lifecycle: { requestDrainTimeout: { milliseconds: 50 } } } },
    });
    edge.server.on('upgrade', (_req, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    });
    const socket = connect(edge.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await edge.stop();
    await closed;
  });

  it('keeps its own timeout instead of one that it cannot read', async () => {
    const edge = await startEdge({
      config: { backend: { server: { requestTimeout: 'soon', headersTimeout: '2s' } } },
    });
    expect(edge.server.requestTimeout).to.equal(300_000);
    expect(edge.server.headersTimeout).to.equal(2000);
    await edge.stop();
  });

  it('takes timeouts and limits from the configuration', async () => {
    const edge = await startEdge({
      config: {
        backend: {
          server: {
            headersTimeout: 1000,
            requestTimeout: '2s',
            keepAliveTimeout: { seconds: 3 },
            timeout: 'PT4S',
            maxHeadersCount: 50,
            maxRequestsPerSocket: 60,
          },
        },
      },
    });
    expect(edge.server).to.include({
      headersTimeout: 1000,
      requestTimeout: 2000,
      keepAliveTimeout: 3000,
      timeout: 4000,
      maxHeadersCount: 50,
      maxRequestsPerSocket: 60,
    });
    await edge.stop();
  });

  it('keeps running for a while when it is told to', async () => {
    const edge = await startEdge({
      config: { backend: { lifecycle: { serverShutdownDelay: { milliseconds: 60 } } } },
    });
    const begin = Date.now();
    const stopped = edge.stop();
    const readiness = await fetch(`${edge.url}/.backstage/health/v1/readiness`);
    expect(await readiness.json()).to.deep.equal({
      message: 'Backend is shutting down',
      status: 'error',
    });
    await stopped;
    expect(Date.now() - begin).to.be.at.least(55);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(setImmediate);
  }
}
