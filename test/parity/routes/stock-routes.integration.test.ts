import { expect } from 'chai';
import { join } from 'node:path';
import { startCommandSubject } from 'backstage-forklift/parity';
import { useTemporaryFolder } from '../../cli/temporary-folder';

const BACKEND = `
  const stock = require('node:module').createRequire(process.env.STOCK);
  const { coreServices, createBackendPlugin } = stock('@backstage/backend-plugin-api');
  const express = stock('express');
  const PromiseRouter = stock('express-promise-router');
  const tea = createBackendPlugin({
    pluginId: 'tea',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          const pots = PromiseRouter();
          pots.get('/:id', async (_req, res) => res.json({}));
          http.use(PromiseRouter().use('/pots', pots));
          http.use(express.Router().use('/wrapped', (req, res, next) => pots(req, res, next)));
        },
      });
    },
  });
  const backend = stock('@backstage/backend-defaults').createBackend();
  backend.add(tea);
  backend.add(stock('@backstage/plugin-catalog-backend'));
  backend.start();
`;

describe('routes of a stock backend that runs as a command', () => {
  const folder = useTemporaryFolder();

  it('are those of its plugins and of the framework', async () => {
    await folder.write({
      'package.json': '{ "name": "stock-portal" }',
      'app-config.yaml':
        'backend: { database: { client: better-sqlite3, connection: ":memory:" } }\napp: { baseUrl: "http://localhost:3000" }\n',
      'backend.cjs': BACKEND,
    });
    const subject = await startCommandSubject({
      name: 'stock',
      command: 'node backend.cjs',
      cwd: folder.path(),
      env: { STOCK: join(__dirname, '../../interop/package.json') },
    });
    try {
      const routes = (await subject.routes!())!.map(({ method, path }) => `${method} ${path}`);
      expect(routes).to.include.members([
        'GET /.backstage/health/v1/readiness',
        'GET /api/tea/.backstage/auth/v1/jwks.json',
        'GET /api/tea/pots/:id',
        'GET /api/tea/wrapped/:id',
        'GET /api/catalog/entities',
        'GET /api/catalog/entities/by-name/:kind/:namespace/:name',
        'DELETE /api/catalog/locations/:id',
      ]);
      expect(new Set(routes).size).to.equal(routes.length);
    } finally {
      await subject.stop();
    }
  });
});
