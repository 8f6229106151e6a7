import { IncomingMessage, type ServerOptions } from 'node:http';
import type { Express } from 'express';
import { BackendResponse } from './backend-response';

/**
 * The classes of requests and responses for a server that serves an express app: they are what express
 * would else turn each request and response into.
 */
export function exchangeClasses(app: Express): ServerOptions<any, any> {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends BackendResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as typeof app.request;
  app.response = AppResponse.prototype as unknown as typeof app.response;
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
