import { expect } from 'chai';
import express, { type Handler, type Request, type Response } from 'express';
import request from 'supertest';
import { DefaultRootHttpRouter } from 'backstage-forklift/services';

const answer =
  (name: string): Handler =>
  (req, res) =>
    void res.json({ name, url: req.url, baseUrl: req.baseUrl, originalUrl: req.originalUrl });
const pass: Handler = (_req, _res, next) => next();

function appOf(router: DefaultRootHttpRouter) {
  const app = express();
  app.use(router.handler());
  app.use((req: Request, res: Response) => void res.status(404).json({ left: req.url }));
  return app;
}

describe('DefaultRootHttpRouter', () => {
  it('refuses empty paths', () => {
    const router = DefaultRootHttpRouter.create();
    for (const path of ['', '/', '//', ' ', ' / ']) {
      expect(() => router.use(path, pass)).to.throw('Root router path may not be empty');
    }
    expect(() => DefaultRootHttpRouter.create({ indexPath: '' })).to.throw(
      'indexPath option may not be an empty string',
    );
  });

  it('refuses a path that overlaps with one in use, and names both', () => {
    const router = DefaultRootHttpRouter.create();
    router.use('/api/one', pass);
    router.use('/deep/a/b', pass);
    const conflicts = {
      '/api/one': '/api/one',
      '/api/one/': '/api/one',
      '/API/ONE': '/api/one',
      '/api': '/api/one',
      '/api/one/below/it': '/api/one',
      '/deep': '/deep/a/b',
      '/deep/a/': '/deep/a/b',
    };
    for (const [path, other] of Object.entries(conflicts)) {
      expect(() => router.use(path, pass)).to.throw(
        `Path ${path} conflicts with the existing path ${other}`,
      );
    }
    for (const path of ['/api/onetwo', '/api/on', '/deep/a/c', '/deeper']) {
      router.use(path, pass);
    }
  });

  it('finds the handler of a path of any depth, whatever its case', async () => {
    const router = DefaultRootHttpRouter.create();
    const paths = ['/one', '/api/two', '/a/b/c/three', '/.well-known/four', '/with-dash_and~more'];
    paths.forEach(path => router.use(path, answer(path)));
    for (const path of paths) {
      for (const url of [path, `${path}/`, `${path}/below?a=b`, path.toUpperCase()]) {
        const { body } = await request(appOf(router)).get(url);
        expect(body, url).to.include({ name: path, originalUrl: url });
        expect(`${body.baseUrl}${body.url}`).to.match(new RegExp(`^${url.split('?')[0]}`, 'i'));
      }
    }
    for (const url of ['/api', '/a/b/c', '/ones', '/two', '/one.']) {
      await request(appOf(router)).get(url).expect(404);
    }
  });

  it('treats every path as an express router does', async () => {
    const ours = DefaultRootHttpRouter.create({ indexPath: false });
    const theirs = express.Router();
    const mounts = ['/api/one', '/metrics', '/files/:name', '/deep/a/b/', '/star/*', '/last'];
    for (const path of mounts) {
      ours.use(path, answer(path));
      theirs.use(path, answer(path));
    }
    const reference = express();
    reference.use(theirs);
    reference.use((req: Request, res: Response) => void res.status(404).json({ left: req.url }));
    const urls = [
      ...['/api/one', '/api/one/', '/api/one//', '/api/one//x', '/api/one///x', '/api/one/x?y=z'],
      ...['/api/one?x', '/api//one', '//api/one', '/api/onex', '/api/one.x', '/api/one/%2e'],
      ...['/files/a', '/files', '/files/a/b', '/star/a/b', '/star', '/deep/a/b', '/deep/a/b//c'],
      ...['/last', '/last/x', '/metrics', '/metrics?', '/METRICS/', '/api/%6fne'],
    ];
    for (const url of urls) {
      const [mine, express4] = await Promise.all(
        [appOf(ours), reference].map(app => request(app).get(url)),
      );
      expect([mine.status, mine.body], url).to.deep.equal([express4.status, express4.body]);
    }
  });

  it('asks mounted patterns and paths in the order in which they were mounted', async () => {
    const router = DefaultRootHttpRouter.create();
    router.use('/a/first', answer('first'));
    router.use('/a/:any', answer('any'));
    router.use('/a/later', answer('later'));
    const names = await Promise.all(
      ['/a/first', '/a/later'].map(async url => (await request(appOf(router)).get(url)).body.name),
    );
    expect(names).to.deep.equal(['first', 'any']);
  });

  it('hands requests that a handler passes on to the index, with their url', async () => {
    const router = DefaultRootHttpRouter.create({ indexPath: '/ui' });
    for (const signal of [undefined, 'route', 'router']) {
      router.use(`/pass-${signal}`, (_req, _res, next) => next(signal));
    }
    router.use('/ui', answer('index'));
    for (const url of ['/pass-undefined/x?y', '/pass-route/x', '/pass-router/x', '/other']) {
      const { body } = await request(appOf(router)).get(url);
      expect(body).to.deep.equal({ name: 'index', url, baseUrl: '', originalUrl: url });
    }
  });

  it('keeps requests below /api from the index', async () => {
    const router = DefaultRootHttpRouter.create();
    router.use('/api/app', answer('index'));
    for (const url of ['/api', '/api/', '/API/none', '/api/none/x']) {
      const { body } = await request(appOf(router)).get(url).expect(404);
      expect(body).to.deep.equal({ left: url });
    }
    await request(appOf(router)).get('/apis').expect(200);
  });

  it('has no index with indexPath false', async () => {
    const router = DefaultRootHttpRouter.create({ indexPath: false });
    router.use('/api/app', answer('app'));
    await request(appOf(router)).get('/').expect(404);
    await request(appOf(router)).get('/api/app').expect(200);
  });

  it('passes on what a handler throws, and the rejection of a promise it returns', async () => {
    const router = DefaultRootHttpRouter.create();
    router.use('/throws', () => {
      throw new Error('thrown');
    });
    router.use('/rejects', (async () => {
      throw new Error('rejected');
    }) as Handler);
    const app = appOf(router);
    app.use(((error, req, res, _next) => {
      res.status(500).json({ message: error.message, url: req.url });
    }) as express.ErrorRequestHandler);
    const answers = await Promise.all(
      ['/throws/x', '/rejects/x'].map(async url => (await request(app).get(url)).body),
    );
    expect(answers).to.deep.equal([
      { message: 'thrown', url: '/throws/x' },
      { message: 'rejected', url: '/rejects/x' },
    ]);
  });

  it('serves the last of 5000 plugins as quickly as the first', async () => {
    const router = DefaultRootHttpRouter.create();
    let served = '';
    for (let i = 0; i < 5000; i++) {
      router.use(`/api/p${i}`, (() => {
        served = `p${i}`;
      }) as Handler);
    }
    const handle = router.handler();
    const time = (id: string) => {
      const begin = process.hrtime.bigint();
      for (let i = 0; i < 2000; i++) {
        const url = `/api/${id}/x`;
        handle({ url, path: url, baseUrl: '' } as Request, {} as Response, () => {});
      }
      expect(served).to.equal(id);
      return Number(process.hrtime.bigint() - begin);
    };
    const best = (id: string) => Math.min(...Array.from({ length: 20 }, () => time(id)));
    best('p0');
    expect(best('p4999') / best('p0')).to.be.below(3);
  });
});
