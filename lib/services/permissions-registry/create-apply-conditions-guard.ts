import { NotAllowedError } from '@backstage/errors';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthService, HttpAuthService } from '../../api';

/** Lets services apply conditions, also on behalf of users, but not users themselves. */
export function createApplyConditionsGuard(options: {
  auth: AuthService;
  httpAuth: HttpAuthService;
}): Router {
  const { auth, httpAuth } = options;
  const router = PromiseRouter();
  router.use('/.well-known/backstage/permissions/apply-conditions', async (req, _res, next) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user', 'service'] });
    if (auth.isPrincipal(credentials, 'user') && !credentials.principal.actor) {
      throw new NotAllowedError();
    }
    next();
  });
  return router;
}
