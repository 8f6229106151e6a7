import { IncomingMessage } from 'node:http';
import type { Express } from 'express';
import { BackendResponse } from './backend-response';

/** As the options of a server take them. */
export interface ExchangeClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof BackendResponse;
}

/**
 * The classes of requests and responses for a server that serves an express app: they are what express
 * would else turn each request and response into.
 */
export function exchangeClasses(app: Express): ExchangeClasses {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends BackendResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as typeof app.request;
  app.response = AppResponse.prototype as unknown as typeof app.response;
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
