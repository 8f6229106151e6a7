import { expect } from 'chai';
import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  formatCoverage,
  isExercised,
  listRoutes,
  runParity,
  urlSubject,
  type ExploreOptions,
  type ParityReport,
  type ParitySubject,
} from 'backstage-forklift/parity';

describe('exploring', () => {
  const servers: Server[] = [];

  afterEach(() => servers.splice(0).forEach(server => server.close()));

  async function serve(name: string, app: express.Express): Promise<ParitySubject> {
    const server = app.listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const subject = urlSubject(name, `http://127.0.0.1:${port}`);
    return { ...subject, routes: async () => listRoutes(server) };
  }

  async function explore(
    app: (side: 'old' | 'new') => express.Express,
    options: ExploreOptions = {},
    concurrency = 1,
  ): Promise<ParityReport> {
    return runParity({
      left: await serve('old', app('old')),
      right: await serve('new', app('new')),
      requests: [],
      explore: { settle: 0, ...options },
      concurrency,
      timeout: 500,
    });
  }

  const paths = ({ results }: ParityReport) =>
    results.map(({ request }) => `${request.method} ${request.path}`);
  const routeOf = ({ coverage }: ParityReport, path: string) =>
    coverage!.routes.find(route => route.path === path)!;

  it('goes from lists to their elements and what belongs to those', async () => {
    const shops = Router()
      .get('/', (_req, res) => res.json({ items: [{ id: 7, name: 'north' }, { id: 8 }] }))
      .get('/:shopId', (req, res) => res.json({ id: Number(req.params.shopId) }))
      .get('/:shopId/orders', (_req, res) => res.json([{ orderId: 'o-1' }]))
      .get('/:shopId/orders/:orderId', (req, res) => res.json(req.params));
    const report = await explore(() => express().use('/api/shops', shops), { perRoute: 1 });
    expect(paths(report)).to.eql([
      'GET /api/shops',
      'GET /api/shops/7',
      'GET /api/shops/7/orders',
      'GET /api/shops/7/orders/o-1',
    ]);
    expect(report.equal).to.equal(true);
    expect(report.coverage!.routes.every(isExercised)).to.equal(true);
  });

  it('takes all parameters of a path from one object', async () => {
    const entity = (name: string, kind: string) => ({ kind, metadata: { name, namespace: 'ns' } });
    const catalog = Router()
      .get('/entities', (_req, res) => res.json([entity('a', 'Api'), entity('b', 'User')]))
      .get('/entities/by-name/:kind/:namespace/:name', (req, res) => res.json(req.params));
    const other = Router().get('/badge/:namespace/:kind/:name', (req, res) => res.json(req.params));
    const report = await explore(() =>
      express().use('/api/catalog', catalog).use('/api/other', other),
    );
    expect(paths(report).sort()).to.eql([
      'GET /api/catalog/entities',
      'GET /api/catalog/entities/by-name/Api/ns/a',
      'GET /api/catalog/entities/by-name/User/ns/b',
      'GET /api/other/badge/ns/Api/a',
      'GET /api/other/badge/ns/User/b',
    ]);
  });

  it('asks each side for its own random id of the same thing, in whatever order they come', async () => {
    const app = (side: string) => {
      const [tea, milk] = [randomUUID(), randomUUID()];
      const rows = [
        { id: tea, name: 'tea' },
        { id: milk, name: 'milk' },
      ];
      return express()
        .get('/api/drinks', (_req, res) => res.json(side === 'old' ? rows : rows.reverse()))
        .get('/api/drinks/:id', (req, res) => {
          const row = rows.find(({ id }) => id === req.params.id);
          res.status(row ? 200 : 404).json(row ?? {});
        });
    };
    const { results } = await explore(app);
    const elements = results.filter(({ request }) => request.path === '/api/drinks/{{id}}');
    expect(elements).to.have.length(2);
    for (const { left, right, verdict, sent } of elements) {
      expect([left?.status, right?.status, verdict]).to.eql([200, 200, 'ignored']);
      expect(sent?.left).not.to.equal(sent?.right);
    }
  });

  it('follows links, and sends nothing that changes something', async () => {
    const seen: string[] = [];
    const app = () =>
      express()
        .use((req, _res, next) => next(void seen.push(req.method)))
        .get('/api/tea', (req, res) =>
          res.set('link', '</api/tea?page=2>; rel="next"').json({
            self: `http://localhost:${req.socket.localPort}/api/tea/x/green`,
            to: '/else',
          }),
        )
        .get('/api/tea/x/:kind', (_req, res) => res.json({}))
        .post('/api/tea', (_req, res) => res.json({}))
        .delete('/api/tea/:id', (_req, res) => res.json({}));
    const report = await explore(app, { perRoute: 2 });
    expect(paths(report)).to.include.members(['GET /api/tea?page=2', 'GET /api/tea/x/green']);
    expect(new Set(seen)).to.eql(new Set(['GET']));
    expect(routeOf(report, '/api/tea/:id')).to.include({ notExercised: 'it changes something' });
  });

  it('asks each route in nobody’s name, too, and so finds a door that was left open', async () => {
    const app = (side: string) =>
      express().get('/api/secret', (req, res) =>
        res.status(side === 'old' && !req.headers.authorization ? 401 : 200).json({}),
      );
    const report = await runParity({
      left: await serve('old', app('old')),
      right: await serve('new', app('new')),
      requests: [],
      explore: { settle: 0, as: 'user' },
      identity: { tokenFor: as => (as === 'user' ? 'token' : undefined) },
    });
    expect(report.results.map(({ request, verdict }) => [request.as, verdict])).to.eql([
      ['user', 'matched'],
      ['none', 'mismatched'],
    ]);
  });

  const document = {
    openapi: '3.1.0',
    paths: {
      '/pots': {
        get: {
          parameters: [
            { name: 'size', in: 'query', required: true, schema: { type: 'integer', minimum: 3 } },
            { name: 'kind', in: 'query', schema: { enum: ['black', 'green', 'white'] } },
            { name: 'tags', in: 'query', schema: { type: 'array' }, example: ['a', 'b c'] },
            { name: 'X-Own', in: 'header', example: 'mine' },
          ],
        },
        post: {
          requestBody: { $ref: '#/components/requestBodies/Pot' },
        },
      },
      '/pots/{pot-id}': {
        parameters: [{ $ref: '#/components/parameters/Pot' }],
        get: {},
        delete: {},
      },
    },
    components: {
      parameters: {
        Pot: {
          name: 'pot-id',
          in: 'path',
          required: true,
          schema: { type: 'string', example: 'p1' },
        },
      },
      requestBodies: {
        Pot: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  kind: { type: 'string', enum: ['black'] },
                  size: { type: 'integer' },
                },
              },
            },
          },
        },
      },
    },
  };

  function pots(seen: string[] = []) {
    const router = Router()
      .use(express.json())
      .use((req, _res, next) => {
        const body = req.method === 'POST' ? ` ${JSON.stringify(req.body)}` : '';
        next(void seen.push(`${req.method} ${req.url} ${req.headers['x-own'] ?? '-'}${body}`));
      })
      .get('/openapi.json', (_req, res) => res.json(document))
      .get('/pots', (_req, res) => res.json([]))
      .post('/pots', (_req, res) => res.status(201).json({}))
      .get('/pots/:id', (req, res) => res.json({ id: req.params.id }))
      .delete('/pots/:id', (_req, res) => res.status(204).end());
    return express().use('/api/tea', router);
  }

  it('sends what a document of the plugin describes: what must be there, what it names, and others', async () => {
    const seen: string[] = [];
    const report = await explore(side => pots(side === 'old' ? seen : []), { perRoute: 4 });
    expect(seen).to.include.members([
      'GET /pots?size=3 -',
      'GET /pots?size=3&kind=black&tags=a&tags=b+c mine',
      'GET /pots/p1 -',
    ]);
    expect(seen.filter(each => each.startsWith('GET /pots?'))).to.have.length(4);
    expect(seen.some(each => !each.startsWith('GET'))).to.equal(false);
    expect(report.equal).to.equal(true);
    expect(routeOf(report, '/api/tea/pots/:id').verdicts.matched).to.equal(1);
  });

  it('sends what changes something last, on demand, in a sensible order', async () => {
    const seen: string[] = [];
    await explore(side => pots(side === 'old' ? seen : []), { perRoute: 1, writes: true });
    expect(seen.slice(-2)).to.eql(['POST /pots - {"kind":"black","size":0}', 'DELETE /pots/p1 -']);
  });

  /** Described by no document; `change` makes another of it. */
  function undocumented(
    seen: string[] = [],
    change: RequestHandler = (_req, _res, next) => next(),
  ) {
    const teas = [{ id: 1, name: 'Assam', brewedAt: 3, createdAt: '2020-04-01T10:00:00Z' }];
    const router = Router()
      .use((req, _res, next) => next(void seen.push(`${req.method} ${req.url}`)))
      .use(change)
      .use(express.json())
      .use((req, _res, next) => {
        if (req.method !== 'GET') {
          seen[seen.length - 1] += ` ${JSON.stringify(req.body)}`;
        }
        next();
      })
      .get('/teas', (_req, res) => res.json({ items: teas, total: 1 }))
      .get('/teas/:teaId', (_req, res) => res.json(teas[0]))
      .post('/teas', (req, res) => res.status(req.body.name ? 201 : 400).json({}))
      .put('/teas/:teaId', (req, res) => res.json(req.body))
      .post('/teas/:teaId/brew', (_req, res) => res.status(202).end())
      .delete('/teas/:teaId', (req, res) => res.status(req.params.teaId === '1' ? 204 : 404).end());
    const fails: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(error.status).json({ error: error.type });
    return express().use('/api', router, fails);
  }

  it('makes up what no document describes: like what is there, empty, broken, and unknown ids first', async () => {
    const seen: string[] = [];
    const report = await explore(side => undocumented(side === 'old' ? seen : []), {
      writes: true,
    });
    expect(seen.filter(each => !each.startsWith('GET'))).to.eql([
      'POST /teas {"name":"Assam","brewedAt":3}',
      'POST /teas {}',
      'POST /teas',
      'POST /teas/1/brew {}',
      'POST /teas/1/brew',
      'PUT /teas/1 {"name":"Assam","brewedAt":3}',
      'PUT /teas/1 {}',
      'PUT /teas/1',
      'DELETE /teas/no-such-thing {}',
      'DELETE /teas/1 {}',
    ]);
    expect(report.equal).to.equal(true);
    expect(report.coverage!.routes.every(isExercised)).to.equal(true);
  });

  const otherWrites: Array<[what: string, change: RequestHandler, found: string]> = [
    [
      'is not refused any more',
      (req, res, next) => (req.method === 'PUT' ? void res.json({}) : next()),
      'PUT /api/teas/1 status',
    ],
    [
      'is gone',
      (req, res, next) => (req.url.endsWith('brew') ? void res.status(404).end() : next()),
      'POST /api/teas/1/brew status',
    ],
    [
      'deletes what is not there',
      (req, res, next) => (req.method === 'DELETE' ? void res.status(204).end() : next()),
      'DELETE /api/teas/no-such-thing status',
    ],
  ];
  for (const [what, change, found] of otherWrites) {
    it(`finds an undocumented write that ${what}`, async () => {
      const { results } = await explore(
        side => (side === 'old' ? undocumented() : undocumented([], change)),
        { writes: true },
      );
      const places = results.flatMap(({ request, differences }) =>
        differences
          .filter(({ ignored }) => !ignored)
          .map(({ path }) => `${request.method} ${request.path} ${path}`),
      );
      expect(places).to.include(found);
    });
  }

  it('makes the same requests for the same seed, however many overlap, and others for another', async () => {
    const list = Array.from({ length: 5 }, (_, id) => ({ id: id + 1 }));
    const app = () =>
      express()
        .get('/api/a', (_req, res) => res.json(list))
        .get('/api/a/:id', (req, res) => res.json({ id: Number(req.params.id) }))
        .get('/api/b', (_req, res) => res.json(list));
    const run = async (seed: number, concurrency: number) =>
      paths(await explore(app, { seed, perRoute: 2 }, concurrency));
    const first = await run(1, 1);
    expect(await run(1, 8)).to.eql(first);
    const others = await Promise.all([2, 3, 4, 5].map(seed => run(seed, 1)));
    expect(others.some(each => each.join() !== first.join())).to.equal(true);
  });

  it('only reaches what is at or below a path', async () => {
    const app = () =>
      express()
        .get('/api/tea', (_req, res) => res.json({}))
        .get('/api/teapot', (_req, res) => res.json({}));
    expect(paths(await explore(app, { below: '/api/tea' }))).to.eql(['GET /api/tea']);
  });

  it('waits until both sides have read in what they work with', async () => {
    const began = Date.now();
    const app = (side: string) =>
      express().get('/api/tea', (_req, res) =>
        res.json(Date.now() - began > (side === 'old' ? 50 : 700) ? [1, 2, 3] : []),
      );
    const { results } = await explore(app, { settle: 600 });
    expect(results.map(({ verdict }) => verdict)).to.eql(['matched']);
  });

  it('does not wait for what never answers', async () => {
    const app = () =>
      express()
        .get('/api/mute', () => {})
        .get('/api/tea', (_req, res) => res.json([]));
    const began = Date.now();
    const { results } = await explore(app, { settle: 300 }, 2);
    expect(results.map(({ right }) => right?.status)).to.eql([undefined, 200]);
    expect(Date.now() - began).to.be.below(6_000);
  });

  it('says what was not reached and why, and what only one side has', async () => {
    const app = (side: string) => {
      const tea = express()
        .get('/api/tea', (_req, res) => res.json({}))
        .get('/api/tea/:colour', (_req, res) => res.json({}))
        .get(/^\/api\/t.a$/, (_req, res) => res.json({}))
        .put('/api/tea', (_req, res) => res.json({}));
      return side === 'old'
        ? tea.get('/api/gone', (_req, res) => res.json({}))
        : tea.get('/.backstage/health', (_req, res) => res.json({}));
    };
    const report = await explore(app);
    expect(report.results.find(({ request }) => request.path === '/api/gone')?.verdict).to.equal(
      'missing',
    );
    expect(formatCoverage(report.coverage!, report)).to.equal(
      [
        '2 of 6 routes exercised',
        '    1 not: no answer had a value for :colour (GET /api/tea/:colour)',
        '    1 not: its path is a pattern (GET  ^\\/api\\/t.a$)',
        '    1 not: it changes something (PUT /api/tea)',
        '    1 not: the left side does not have it (GET /.backstage/health)',
        '1 only on the old side',
        '    GET /api/gone',
        '1 only on the new side',
        '    1 of the framework, below /.backstage/',
      ].join('\n'),
    );
  });

  it('counts given requests, and tells of a side whose routes can not be seen', async () => {
    const app = express().get('/api/tea/:id', (_req, res) => res.json({}));
    const left = await serve('old', app);
    const right = { ...(await serve('new', app)), routes: undefined };
    const report = await runParity({
      left,
      right,
      requests: [
        { method: 'HEAD', path: '/api/tea/1?x', headers: {}, as: 'none' },
        { method: 'GET', path: '/api/other', headers: {}, as: 'none' },
      ],
    });
    expect(report.coverage).to.eql({
      known: { left: true, right: false },
      routes: [
        {
          method: 'GET',
          path: '/api/tea/:id',
          left: true,
          right: true,
          verdicts: { matched: 1, ignored: 0, mismatched: 0, missing: 0 },
        },
      ],
    });
    expect(formatCoverage(report.coverage!, report)).to.include(
      'the routes of the new side can not be seen',
    );
  });
});
