import { Router } from 'express';
import { createBackend } from 'backstage-forklift';
import { legacyPlugin } from 'backstage-forklift/legacy';
import { rootHttpRouterServiceFactory } from 'backstage-forklift/services';
import { mockServices } from 'backstage-forklift/testing';
import request from 'supertest';

/** A plugin that says how it was reached. */
function plugin(path: string) {
  const router = Router().get(path, ({ baseUrl, originalUrl }, response) => {
    response.json({ baseUrl, originalUrl });
  });
  return Promise.resolve({ default: async () => router });
}

describe('a backend below a base path, as the lift makes it', () => {
  const backend = createBackend();
  afterEach(() => backend.stop());

  it('serves plugins, the front end and the health check where they were', async () => {
    let port = 0;
    backend.add(mockServices.rootLogger.factory({ level: 'none' }));
    backend.add(
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost/portal' },
          backend: {
            baseUrl: 'http://localhost/portal',
            listen: { host: '127.0.0.1', port: 0 },
            database: { client: 'better-sqlite3', connection: ':memory:' },
          },
        },
      }),
    );
    backend.add(
      rootHttpRouterServiceFactory({
        configure({ app, server, middleware, healthRouter, routes }) {
          server.on('listening', () => (port = server.port()));
          app.use(healthRouter);
          app.get('/portal/health', (_request, response) => response.json({ status: 'ok' }));
          app.use('/portal', routes);
          app.use(middleware.notFound());
          app.use(middleware.error());
        },
      }),
    );
    backend.add(legacyPlugin('todo', plugin('/items'), { auth: { allow: ['/items'] } }));
    backend.add(legacyPlugin('app', plugin('*'), { path: '/' }));
    await backend.start();
    const server = request(`http://127.0.0.1:${port}`);
    await server
      .get('/portal/api/todo/items')
      .expect(200, { baseUrl: '/portal/api/todo', originalUrl: '/portal/api/todo/items' });
    await server
      .get('/portal/settings')
      .expect(200, { baseUrl: '/portal', originalUrl: '/portal/settings' });
    await server.get('/portal/health').expect(200, { status: 'ok' });
    await server.get('/api/todo/items').expect(404);
    await server.get('/portal/api/nothing').expect(404);
  });
});
