import type { ErrorRequestHandler } from 'express';
import { MiddlewareFactory } from '../services';
import { mockServices } from './mock-services';

/** The error middleware of the backend, for tests of a router alone: `app.use(mockErrorHandler())`. */
export function mockErrorHandler(_options?: object, ..._args: never[]): ErrorRequestHandler {
  return MiddlewareFactory.create({
    config: mockServices.rootConfig(),
    logger: mockServices.rootLogger(),
  }).error();
}
