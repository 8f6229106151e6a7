import {
  coreServices,
  createServiceFactory,
  type HttpRouterService,
  type HttpRouterServiceAuthPolicy,
} from '../../api';
import { MiddlewareFactory, type DefaultRootHttpRouter } from '../root-http-router';
import type { AnyHandler } from '../root-http-router/call-handler';
import { handlerChain } from '../root-http-router/handler-chain';
import { onlyDotPaths } from '../root-http-router/only-dot-paths';
import { passThrough } from '../root-http-router/pass-through';
import { createAuthIntegrationRouter } from './create-auth-integration-router';
import { createCookieAuthRefreshMiddleware } from './create-cookie-auth-refresh-middleware';
import {
  createCredentialsBarrier,
  isDefaultAuthPolicyDisabled,
} from './create-credentials-barrier';
import { createLifecycleMiddleware } from './create-lifecycle-middleware';
import { createRateLimitMiddleware } from './create-rate-limit-middleware';
import { createUpgradeMiddleware } from './create-upgrade-middleware';
import { PolicySummary } from './policy-summary';
import { readAuthPolicies } from './read-auth-policies';

/** The routes of a plugin, below `/api/<pluginId>` and behind the credentials barrier. */
export const httpRouterServiceFactory = createServiceFactory({
  service: coreServices.httpRouter,
  // Requests for the plugin wait from the moment its start begins, so the gate must be up by then.
  initialization: 'always',
  deps: {
    plugin: coreServices.pluginMetadata,
    config: coreServices.rootConfig,
    lifecycle: coreServices.lifecycle,
    rootHttpRouter: coreServices.rootHttpRouter,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
    rootLogger: coreServices.rootLogger,
    rootLifecycle: coreServices.rootLifecycle,
  },
  createRootContext({ config, rootLogger, rootLifecycle }) {
    const configuredPolicies = readAuthPolicies(config);
    const summary = new PolicySummary({
      logger: rootLogger,
      lifecycle: rootLifecycle,
      configuredPlugins: configuredPolicies.keys(),
      allOpen: isDefaultAuthPolicyDisabled(config),
    });
    return { configuredPolicies, summary };
  },
  factory(
    { plugin, config, lifecycle, rootHttpRouter, auth, httpAuth, logger },
    { configuredPolicies, summary },
  ): HttpRouterService {
    const pluginId = plugin.getId();
    const barrier = createCredentialsBarrier({ httpAuth, config });
    const addAuthPolicy = (policy: HttpRouterServiceAuthPolicy) => {
      barrier.addAuthPolicy(policy);
      summary.addPolicy(pluginId, policy);
    };
    summary.addPlugin(pluginId);
    configuredPolicies.get(pluginId)?.forEach(addAuthPolicy);

    const handlers: AnyHandler[] = [];
    let acceptsUpgrades = false;
    rootHttpRouter.use(
      `/api/${pluginId}`,
      handlerChain(
        [
          createRateLimitMiddleware({ pluginId, config, logger, lifecycle }),
          onlyDotPaths(() => createAuthIntegrationRouter({ auth })),
          createLifecycleMiddleware({ config, lifecycle }),
          barrier.middleware,
          onlyDotPaths(() => createCookieAuthRefreshMiddleware({ auth, httpAuth })),
          handlerChain(handlers),
          MiddlewareFactory.create({ config, logger }).error(),
        ].filter(handler => handler !== passThrough),
      ),
    );

    return {
      use(handler) {
        if (typeof handler !== 'function') {
          throw new Error(
            `Invalid handler in httpRouter.use of plugin '${pluginId}', expected a router or a function, received ${typeof handler}`,
          );
        }
        handlers.push(handler);
      },
      addAuthPolicy,
      onUpgrade(handler) {
        if (acceptsUpgrades) {
          throw new Error(`httpRouter.onUpgrade of plugin '${pluginId}' must only be called once`);
        }
        acceptsUpgrades = true;
        handlers.unshift(createUpgradeMiddleware({ config, logger, handler }));
        (rootHttpRouter as Partial<DefaultRootHttpRouter>).upgrades?.accept(`/api/${pluginId}`);
      },
    };
  },
});
