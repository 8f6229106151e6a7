import type { HttpRouterServiceAuthPolicy, LoggerService, RootLifecycleService } from '../../api';

/** Collects the auth policies of all plugins and logs them in one line when the backend has started. */
export class PolicySummary {
  readonly #routes = { unauthenticated: [] as string[], 'user-cookie': [] as string[] };

  constructor(options: { logger: LoggerService; lifecycle: RootLifecycleService }) {
    options.lifecycle.addStartupHook(() => this.#log(options.logger));
  }

  add(pluginId: string, { path, allow }: HttpRouterServiceAuthPolicy): void {
    this.#routes[allow].push(`/api/${pluginId}${path === '/' || path === '*' ? '' : path}`);
  }

  #log(logger: LoggerService): void {
    const { unauthenticated, 'user-cookie': userCookie } = this.#routes;
    if (unauthenticated.length + userCookie.length === 0) {
      return;
    }
    logger.info(
      `Routes open to everyone: ${list(unauthenticated)}; to users by cookie: ${list(userCookie)}; all other routes of plugins need a token`,
      { type: 'authPolicies' },
    );
  }
}

function list(routes: string[]): string {
  return routes.length > 0 ? [...new Set(routes)].sort().join(', ') : 'none';
}
