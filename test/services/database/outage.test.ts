import {
  coreServices,
  createBackend,
  createBackendPlugin,
  createServiceFactory,
} from 'backstage-forklift';
import { mockServices } from 'backstage-forklift/testing';
import { expect } from 'chai';
import { Router } from 'express';
import createKnex from 'knex';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { eventually } from '../eventually';
import { TcpProxy } from '../tcp-proxy';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';

describe('a backend whose PostgreSQL is away for a while', () => {
  const prefix = `outage_${randomBytes(5).toString('hex')}_`;
  const connection = process.env[variable]!;
  let proxy: TcpProxy;
  let backend: ReturnType<typeof createBackend>;
  let url: string;

  before(async function startBackend() {
    if (!connection) {
      this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
      this.skip();
    }
    proxy = await TcpProxy.start(connection);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    backend = createBackend();
    backend.add(
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          backend: {
            baseUrl: url,
            listen: { host: '127.0.0.1', port },
            database: { client: 'pg', connection: proxy.url, prefix },
          },
        },
      }),
    );
    backend.add(mockServices.rootLogger.factory());
    backend.add(
      createServiceFactory({
        service: coreServices.auth,
        deps: {},
        factory: () => mockServices.auth(),
      }),
    );
    backend.add(thingsPlugin);
    await backend.start();
  });

  after(async () => {
    await backend?.stop();
    await proxy?.cut();
    if (!connection) return;
    const admin = createKnex({ client: 'pg', connection });
    const databases = await admin('pg_database').where('datname', 'like', `${prefix}%`);
    for (const { datname } of databases) {
      await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    await admin.destroy();
  });

  const thingsPlugin = createBackendPlugin({
    pluginId: 'things',
    register: reg =>
      reg.registerInit({
        deps: {
          database: coreServices.database,
          httpRouter: coreServices.httpRouter,
          scheduler: coreServices.scheduler,
        },
        async init({ database, httpRouter, scheduler }) {
          const knex = await database.getClient();
          await knex.schema.createTable('things', table => table.increments('id'));
          await scheduler.scheduleTask({
            id: 'add',
            frequency: { seconds: 1 },
            timeout: { seconds: 30 },
            fn: async () => {
              await knex('things').insert({});
            },
          });
          const router = Router();
          router.get('/count', (_request, response, next) => {
            knex('things')
              .count()
              .then(([{ count }]) => response.json(Number(count)), next);
          });
          httpRouter.use(router);
          httpRouter.addAuthPolicy({ path: '/count', allow: 'unauthenticated' });
        },
      }),
  });

  const count = () => fetch(`${url}/api/things/count`);
  const readiness = () => fetch(`${url}/.backstage/health/v1/readiness`);

  it('answers 503 at once, is not ready, and goes on by itself when it is back', async () => {
    await eventually(async () => expect(await (await count()).json()).to.be.greaterThan(0));
    expect((await readiness()).status).to.equal(200);

    await proxy.cut();
    await eventually(async () => expect((await count()).status).to.equal(503));
    const begin = Date.now();
    const answers = await Promise.all(Array.from({ length: 50 }, count));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(50).fill(503));
    expect(Date.now() - begin).to.be.lessThan(3_000);
    expect(await answers[0].text()).not.to.include('127.0.0.1');
    expect(await (await readiness()).json()).to.deep.include({
      message: 'Backend is not ready: database',
    });

    await proxy.restore();
    await eventually(async () => expect((await readiness()).status).to.equal(200));
    const before = await (await count()).json();
    await eventually(async () =>
      expect(await (await count()).json()).to.be.greaterThan(before as number),
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
