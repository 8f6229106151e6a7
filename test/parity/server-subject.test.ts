import { expect } from 'chai';
import express, { Router } from 'express';
import { createBackendPlugin, coreServices } from 'backstage-forklift';
import { parseRequests, runParity, startServerSubject } from 'backstage-forklift/parity';
import { startTestBackend } from 'backstage-forklift/testing';

function createRouter(greeting: string): Router {
  const router = Router();
  router.get('/greeting/:name', (req, res) => {
    res.json({ greeting, name: req.params.name });
  });
  return router;
}

const helloPlugin = (greeting: string) =>
  createBackendPlugin({
    pluginId: 'hello',
    register: reg =>
      reg.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          http.use(createRouter(greeting));
          http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      }),
  });

describe('startServerSubject', () => {
  async function compare(newGreeting: string) {
    const app = express().use('/api/hello', createRouter('hello'));
    const backend = await startTestBackend({ features: [helloPlugin(newGreeting)] });
    const left = await startServerSubject({ name: 'old', server: app });
    const right = await startServerSubject({
      name: 'new',
      server: backend.server,
      stop: () => backend.stop(),
    });
    try {
      const { requests } = parseRequests('requests: [GET /api/hello/greeting/Eve]', 'here');
      const report = await runParity({ left, right, requests });
      const found = report.results[0].differences.filter(({ ignored }) => !ignored);
      const routes = await Promise.all([left, right].map(subject => subject.routes!()));
      return { found, routes };
    } finally {
      await Promise.all([left.stop(), right.stop(), right.stop()]);
      for (const { baseUrl } of [left, right]) {
        const answer = await fetch(baseUrl).catch(error => error.cause);
        expect(answer.code ?? answer.errors[0].code, baseUrl).to.equal('ECONNREFUSED');
      }
    }
  }

  it('compares an app with a backend, both in this process', async () => {
    const { found } = await compare('hello');
    expect(found.filter(({ part }) => part === 'body')).to.deep.equal([]);
    const { found: other } = await compare('goodbye');
    expect(other).to.deep.include({
      part: 'body',
      path: '$.greeting',
      left: 'hello',
      right: 'goodbye',
    });
  });

  it('knows their routes', async () => {
    const { routes } = await compare('hello');
    for (const list of routes) {
      expect(list).to.deep.include({ method: 'GET', path: '/api/hello/greeting/:name' });
    }
  });
});
