import type { HttpRouterServiceAuthPolicy, LoggerService, RootLifecycleService } from '../../api';

/** Longer lists help nobody. */
const LISTED = 50;

/** Options of {@link PolicySummary}. */
export interface PolicySummaryOptions {
  logger: LoggerService;
  lifecycle: RootLifecycleService;
  /** The plugins that the configuration has policies for. */
  configuredPlugins: Iterable<string>;
  /** Whether policies have no effect, because everything is open. */
  allOpen: boolean;
}

/** Collects the auth policies of all plugins and logs them in one line when the backend has started. */
export class PolicySummary {
  readonly #routes = { unauthenticated: [] as string[], 'user-cookie': [] as string[] };
  readonly #missingPlugins: Set<string>;
  readonly #allOpen: boolean;
  #hasPlugins = false;

  constructor({ logger, lifecycle, configuredPlugins, allOpen }: PolicySummaryOptions) {
    this.#missingPlugins = new Set(configuredPlugins);
    this.#allOpen = allOpen;
    lifecycle.addStartupHook(() => this.#log(logger));
  }

  addPlugin(pluginId: string): void {
    this.#hasPlugins = true;
    this.#missingPlugins.delete(pluginId);
  }

  addPolicy(pluginId: string, { path, allow }: HttpRouterServiceAuthPolicy): void {
    this.#routes[allow].push(`/api/${pluginId}${path === '/' || path === '*' ? '' : path}`);
  }

  #log(logger: LoggerService): void {
    const { unauthenticated, 'user-cookie': userCookie } = this.#routes;
    const meta = { type: 'authPolicies' };
    if (this.#allOpen) {
      logger.warn(
        'All routes are open to everyone, because of backend.auth.dangerouslyDisableDefaultAuthPolicy',
        meta,
      );
    } else if (this.#hasPlugins) {
      logger.info(
        `Routes open to everyone: ${list(unauthenticated)}; to users by cookie: ${list(userCookie)}; all other routes of plugins need a token`,
        meta,
      );
    }
    if (this.#missingPlugins.size > 0) {
      // No mistake where several backends share their configuration.
      logger.info(
        `backend.auth.policies names plugins that this backend does not have: ${list([...this.#missingPlugins])}`,
        meta,
      );
    }
  }
}

function list(names: string[]): string {
  if (names.length === 0) {
    return 'none';
  }
  const listed = [...names].sort().slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${listed} and ${names.length - LISTED} more` : listed;
}
