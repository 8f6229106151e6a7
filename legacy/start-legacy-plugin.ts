import { durationToMilliseconds } from '@backstage/types';
import type { HttpRouterService, HttpRouterServiceAuthPolicy, LifecycleService } from '../lib/api';
import { readAuthPolicies } from '../lib/services/http-router/read-auth-policies';
import { toAuthPolicy } from './auth-policies';
import { createEnvironment, keyAdvice, type CreatedEnvironment } from './create-environment';
import { describeRoutes } from './describe-routes';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError, type LegacyPluginErrorCode } from './errors';
import { findCreateRouter, type FoundPlugin } from './find-create-router';
import { findRouter, type LegacyRouter } from './find-router';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { listRoutes } from './list-routes';
import type { Mount } from './mount';
import { restoreUrlOfErrors } from './restore-url-of-errors';
import { withTimeout } from './with-timeout';

const FIVE_MINUTES = 300_000;

/** What a starting legacy plugin works with. */
export interface LegacyPluginServices {
  services: EnvironmentServices;
  /** The services of `envMapping`. */
  mapped: { [key in string]: unknown };
  lifecycle: LifecycleService;
  mount: Mount;
}

/**
 * Runs `createRouter` with its environment and mounts the router.
 *
 * @throws LegacyPluginError
 */
export async function startLegacyPlugin(
  definition: LegacyPluginDefinition,
  deps: LegacyPluginServices,
): Promise<void> {
  const { options } = definition;
  const policies = readPolicies(definition, deps.services);
  const found = await findPlugin(definition);
  const created = await makeEnvironment(definition, deps);
  const router = await makeRouter(definition, found, created);

  for (const policy of policies) {
    deps.mount.addAuthPolicy(policy);
  }
  for (const handler of [...(options.middlewares ?? []), router, restoreUrlOfErrors]) {
    deps.mount.use(handler as Parameters<HttpRouterService['use']>[0]);
  }
  if (options.onShutdown) {
    deps.lifecycle.addShutdownHook(() => options.onShutdown!());
  }
  logRoutes(definition, deps, { router, policies });
}

function fail(
  definition: LegacyPluginDefinition,
  code: LegacyPluginErrorCode,
  reason: string,
  cause?: unknown,
): LegacyPluginError {
  return new LegacyPluginError(code, definition, reason, cause);
}

function readPolicies(
  definition: LegacyPluginDefinition,
  { config }: EnvironmentServices,
): HttpRouterServiceAuthPolicy[] {
  try {
    const allowed = definition.options.auth?.allow ?? [];
    return [...allowed.map(toAuthPolicy), ...(readAuthPolicies(config).get(definition.id) ?? [])];
  } catch (error) {
    throw fail(definition, 'INVALID_OPTION', (error as Error).message);
  }
}

async function findPlugin(definition: LegacyPluginDefinition): Promise<FoundPlugin> {
  const { module } = definition;
  const imported = await limitTime(definition, 'its module has not been loaded', async () => {
    try {
      return await (typeof module === 'function' && module.length === 0 ? module() : module);
    } catch (error) {
      throw fail(definition, 'IMPORT_FAILED', 'its module could not be loaded', error);
    }
  });
  try {
    return findCreateRouter(imported);
  } catch (error) {
    throw fail(definition, 'NO_CREATE_ROUTER', (error as Error).message);
  }
}

async function makeEnvironment(
  definition: LegacyPluginDefinition,
  { services, mapped }: LegacyPluginServices,
): Promise<CreatedEnvironment & { started(): void }> {
  let isStarted = false;
  const keys = { ...(await transform(definition, mapped)), ...definition.options.keys };
  const created = createEnvironment({
    pluginId: definition.id,
    services,
    keys,
    onMissedKey(key) {
      if (isStarted) {
        services.logger.warn(
          `Legacy plugin '${definition.id}' asks its environment for '${key}', which nobody ` +
            `supplies. ${keyAdvice(key)}`,
        );
      }
    },
  });
  return { ...created, started: () => (isStarted = true) };
}

async function transform(
  { envTransforms }: LegacyPluginDefinition,
  mapped: { [key in string]: unknown },
): Promise<{ [key in string]: unknown }> {
  const entries = Object.entries(mapped).map(async ([key, service]) => {
    const make = envTransforms[key];
    return [key, make ? await make(service) : service];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function makeRouter(
  definition: LegacyPluginDefinition,
  found: FoundPlugin,
  { env, missedKeys, started }: CreatedEnvironment & { started(): void },
): Promise<LegacyRouter> {
  if ('router' in found) {
    return found.router;
  }
  const { createRouter } = found;
  const result = await limitTime(definition, 'createRouter has not returned', async () => {
    try {
      return await createRouter(env, ...(definition.options.args ?? []));
    } catch (error) {
      throw fail(
        definition,
        'CREATE_ROUTER_FAILED',
        `createRouter failed${blame(missedKeys)}`,
        error,
      );
    }
  });
  started();
  try {
    return findRouter(result);
  } catch (error) {
    throw fail(definition, 'NO_ROUTER', (error as Error).message);
  }
}

/** A key that nobody supplies is the likeliest cause when a plugin stumbles over something undefined. */
function blame(missedKeys: ReadonlySet<string>): string {
  const keys = [...missedKeys];
  if (keys.length === 0) {
    return '';
  }
  const names = keys.map(key => `'${key}'`).join(', ');
  return `. It asked its environment for ${names}, which nobody supplies. ${keyAdvice(keys.at(-1)!)}`;
}

async function limitTime<TResult>(
  definition: LegacyPluginDefinition,
  what: string,
  work: () => Promise<TResult>,
): Promise<TResult> {
  const { startTimeout = FIVE_MINUTES } = definition.options;
  const limit =
    typeof startTimeout === 'number' ? startTimeout : durationToMilliseconds(startTimeout);
  return withTimeout(work(), limit, () =>
    fail(
      definition,
      'TIMEOUT',
      `${what} after ${limit / 1000} s. Look for a promise that never settles, or give it more ` +
        `time with the option startTimeout`,
    ),
  );
}

function logRoutes(
  { id }: LegacyPluginDefinition,
  { services: { logger, config }, mount }: LegacyPluginServices,
  { router, policies }: { router: LegacyRouter; policies: HttpRouterServiceAuthPolicy[] },
) {
  if (config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy')) {
    logger.info(`Mounted legacy plugin '${id}' at ${mount.path}, with all routes open`);
    return;
  }
  const all = [...policies, ...(mount.policies ?? [])];
  const { summary, likelyOpen } = describeRoutes(listRoutes(router), all);
  logger.info(`Mounted legacy plugin '${id}' at ${mount.path}: ${summary}`);
  if (likelyOpen.length > 0) {
    logger.warn(
      `Legacy plugin '${id}': ${likelyOpen.join(', ')} needed no token in the old backend and does ` +
        `now. Open such routes with the option { auth: { allow: ['/path'] } } or with ` +
        `backend.auth.policies in the configuration`,
    );
  }
}
