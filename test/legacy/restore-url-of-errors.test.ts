import { expect } from 'chai';
import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import request from 'supertest';
import { restoreUrlOfErrors } from '../../legacy/restore-url-of-errors';

describe('restoreUrlOfErrors', () => {
  async function urlInError(path: string, fail: RequestHandler): Promise<string> {
    const plugin = Router().use('/items', Router().use(fail));
    const answer: ErrorRequestHandler = (_error, req, res, _next) => void res.json(req.url);
    const app = express().use('/api/tea', Router().use(plugin).use(restoreUrlOfErrors).use(answer));
    return (await request(app).get(path)).body;
  }

  it('gives errors of a plugin the whole path of the request', async () => {
    const fail: RequestHandler = (_req, _res, next) => next(new Error());
    expect(await urlInError('/api/tea/items/1?x=y', fail)).to.equal('/api/tea/items/1?x=y');
    expect(await urlInError('/api/tea/items', fail)).to.equal('/api/tea/items');
  });

  it('does so, too, where the plugin has hidden its prefix from a validator', async () => {
    const fail: RequestHandler = (req, _res, next) => {
      req.baseUrl = '';
      req.originalUrl = req.url;
      next(new Error());
    };
    expect(await urlInError('/api/tea/items/1?x=y', fail)).to.equal('/api/tea/items/1?x=y');
  });
});
