import { Router } from 'express';
import type { HttpRouterService, HttpRouterServiceAuthPolicy } from '../lib/api';

/** A place for routes, with policies relative to it. */
export interface Mount extends HttpRouterService {
  readonly path: string;
  /** Policies that it has from the start. */
  readonly policies?: HttpRouterServiceAuthPolicy[];
}

/** The routes of a plugin, or those below a prefix in it. */
export function mountInPlugin(
  httpRouter: HttpRouterService,
  { path, prefix }: { path: string; prefix: string },
): Mount {
  if (!prefix) {
    return {
      path,
      use: handler => httpRouter.use(handler),
      addAuthPolicy: policy => httpRouter.addAuthPolicy(policy),
    };
  }
  const router = Router();
  httpRouter.use(Router().use(prefix, router));
  return {
    path,
    use: handler => void router.use(handler),
    addAuthPolicy: ({ path: route, allow }) =>
      httpRouter.addAuthPolicy({ path: /^[/*]$/.test(route) ? prefix : prefix + route, allow }),
  };
}

/** The front end: open, since it is what people sign in with. */
export function mountAsIndex(httpRouter: HttpRouterService): Mount {
  const policy = { path: '/', allow: 'unauthenticated' as const };
  httpRouter.addAuthPolicy(policy);
  return { ...mountInPlugin(httpRouter, { path: '/', prefix: '' }), policies: [policy] };
}
