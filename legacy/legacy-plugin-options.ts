import type { RequestHandler } from 'express';
import type { HumanDuration } from '@backstage/types';
import type { AllowedRoute } from './auth-policies';

/** The optional last argument of {@link legacyPlugin} and of what {@link makeLegacyPlugin} makes. */
export interface LegacyPluginOptions {
  /**
   * The argument that `createEnv` had in the old backend, where it is not the id of the plugin. It names
   * the database, the cache namespace, the rows of the scheduler and the log label, which stay as they were.
   * A plugin that has it for its id, of either system, shares them.
   */
  envId?: string;
  /** Where the router is mounted. `/api/<id>` unless told. */
  path?: string;
  /**
   * For a `createRouter` that returns several routers: the path of each, by its name in the result. For
   * example `{ router: '/api/catalog', hooks: '/api/catalog-hooks' }`, in place of `path`. `{}` for one
   * that makes none and only starts something, such as scheduled tasks or subscribers.
   */
  routers?: { [name in string]: string };
  auth?: {
    /**
     * Routes that answer without a token, as in the old backend; all others need one. Operators can add
     * to them with `backend.auth.policies` in the configuration.
     */
    allow?: AllowedRoute[];
  };
  /** Further keys of the environment; they take precedence over those that are there. */
  keys?: { [key in string]: unknown };
  /** What `createRouter` is given after the environment. */
  args?: unknown[];
  /** What stood between the prefix and the router in `apiRouter.use('/prefix', ...)`. */
  middlewares?: RequestHandler[];
  /** How long the import and `createRouter` may take. Milliseconds or a duration; five minutes unless told. */
  startTimeout?: number | HumanDuration;
  /** Runs when the backend stops. */
  onShutdown?(): void | Promise<void>;
}
