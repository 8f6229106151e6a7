import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthService, HttpAuthService } from '../../api';

const COOKIE_PATH = '/.backstage/auth/v1/cookie';

/** Serves the endpoint that gives a signed-in user the `backstage-auth` cookie, or removes it. */
export function createCookieAuthRefreshMiddleware(options: {
  auth: AuthService;
  httpAuth: HttpAuthService;
}): Router {
  const { auth, httpAuth } = options;
  const router = PromiseRouter();
  router.get(COOKIE_PATH, async (_req, res) => {
    const { expiresAt } = await httpAuth.issueUserCookie(res);
    res.json({ expiresAt: expiresAt.toISOString() });
  });
  router.delete(COOKIE_PATH, async (_req, res) => {
    await httpAuth.issueUserCookie(res, { credentials: await auth.getNoneCredentials() });
    res.status(204).end();
  });
  return router;
}
