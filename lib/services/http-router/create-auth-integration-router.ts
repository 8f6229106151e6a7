import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthService } from '../../api';

/** Serves the public keys by which other plugins verify tokens of this one. */
export function createAuthIntegrationRouter(options: { auth: AuthService }): Router {
  const router = PromiseRouter();
  router.get('/.backstage/auth/v1/jwks.json', async (_req, res) => {
    const { keys } = await options.auth.listPublicServiceKeys();
    res.json({ keys });
  });
  return router;
}
