import { expect } from 'chai';
import type { Request, Response } from 'express';
import { startEdge } from '../root-http-router/support/start-edge';

const OPEN = { path: '/', allow: 'unauthenticated' } as const;

describe('requests for a plugin', () => {
  it('wait until it has started', async () => {
    const edge = await startEdge({
      starting: true,
      plugins: {
        one(routes) {
          routes.use((_req: Request, res: Response) => void res.send('up'));
          routes.addAuthPolicy(OPEN);
        },
      },
    });
    const early = fetch(`${edge.url}/api/one`);
    await expectHealth(edge.url, 503);
    await edge.start();
    expect(await (await early).text()).to.equal('up');
    await expectHealth(edge.url, 200);
    await edge.stop();
  });

  it('are refused when it does not start in time, and while they wait for one that shuts down', async () => {
    const start = (milliseconds: number) =>
      startEdge({
        starting: true,
        config: { backend: { lifecycle: { startupRequestPauseTimeout: { milliseconds } } } },
        plugins: { one: routes => routes.addAuthPolicy(OPEN) },
      });
    const slow = await start(10);
    const late = await fetch(`${slow.url}/api/one`);
    expect(late.status).to.equal(503);
    expect(await late.json()).to.have.nested.property(
      'error.message',
      'Service has not started up yet',
    );
    await slow.stop();

    const stopping = await start(60_000);
    const waiting = fetch(`${stopping.url}/api/one`);
    await new Promise(resolve => stopping.server.once('request', () => setImmediate(resolve)));
    await stopping.stopPlugins();
    expect(await (await waiting).json()).to.have.nested.property(
      'error.message',
      'Service is shutting down',
    );
    await stopping.stop();
  });

  it('that are open are answered before its shutdown ends', async () => {
    const order: string[] = [];
    let answer: () => void;
    const edge = await startEdge({
      plugins: {
        one(routes) {
          routes.use((_req: Request, res: Response) => {
            answer = () => {
              order.push('answered');
              res.end();
            };
          });
          routes.addAuthPolicy(OPEN);
        },
      },
    });
    const response = fetch(`${edge.url}/api/one`);
    while (!answer!) {
      await new Promise(setImmediate);
    }
    const stopped = edge.stopPlugins().then(() => order.push('stopped'));
    await edge.refused;
    answer!();
    await stopped;
    expect(order).to.deep.equal(['answered', 'stopped']);
    expect((await response).status).to.equal(200);
    await edge.stop();
  });

  it('do not keep a plugin that is in development from stopping', async () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'development';
    try {
      const edge = await startEdge({
        plugins: {
          one(routes) {
            routes.use((_req: Request, res: Response) => void res.write('for ever'));
            routes.addAuthPolicy(OPEN);
          },
        },
      });
      const response = await fetch(`${edge.url}/api/one`);
      const body = response.text().catch(error => error);
      await edge.stop();
      expect(await body).to.be.instanceOf(Error);
      expect(edge.logger.messages('warn')).to.deep.equal([]);
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  });
});

async function expectHealth(url: string, status: number): Promise<void> {
  const readiness = await fetch(`${url}/.backstage/health/v1/readiness`);
  await readiness.arrayBuffer();
  expect(readiness.status).to.equal(status);
  const liveness = await fetch(`${url}/.backstage/health/v1/liveness`);
  expect(await liveness.json()).to.deep.equal({ status: 'ok' });
}
