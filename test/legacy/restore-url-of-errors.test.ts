import { expect } from 'chai';
import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import request from 'supertest';
import { restoreUrlOfErrors } from '../../legacy/restore-url-of-errors';

const answer: ErrorRequestHandler = (_error, req, res, _next) => void res.json(req.url);

describe('restoreUrlOfErrors', () => {
  const places = {
    'in the plugin': () => express().use('/api/tea', plugin().use(answer)),
    'outside of the plugin': () => express().use('/api/tea', plugin()).use(answer),
    'outside of nested routers': () =>
      express()
        .use(Router().use('/api', Router().use('/tea', plugin())))
        .use(answer),
  };
  let fail: RequestHandler;

  function plugin(): Router {
    const router = Router().use(
      '/items',
      Router().use((...args) => fail(...args)),
    );
    return Router().use(router).use(restoreUrlOfErrors);
  }

  for (const [place, createApp] of Object.entries(places)) {
    async function expectWholeUrl(path: string): Promise<void> {
      expect((await request(createApp()).get(path)).body).to.equal(path);
    }

    it(`gives errors that are answered ${place} the whole path of the request`, async () => {
      fail = (_req, _res, next) => next(new Error());
      await expectWholeUrl('/api/tea/items/1?x=y');
      await expectWholeUrl('/api/tea/items');
    });

    it(`does so ${place} where a validator was not to see the prefix`, async () => {
      fail = (req, _res, next) => {
        req.baseUrl = '';
        req.originalUrl = req.url;
        next(new Error());
      };
      await expectWholeUrl('/api/tea/items/1?x=y');
    });
  }
});
