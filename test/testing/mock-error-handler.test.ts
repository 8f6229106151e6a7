import express from 'express';
import request from 'supertest';
import { NotFoundError } from '@backstage/errors';
import { mockErrorHandler } from 'backstage-forklift/testing';

describe('mockErrorHandler', () => {
  it('answers for a router alone as the backend does', async () => {
    const app = express();
    app.get('/tickets', () => {
      throw new NotFoundError('no tickets');
    });
    app.use(mockErrorHandler());
    await request(app)
      .get('/tickets')
      .expect(404, {
        error: { name: 'NotFoundError', message: 'no tickets' },
        request: { method: 'GET', url: '/tickets' },
        response: { statusCode: 404 },
      });
  });
});
