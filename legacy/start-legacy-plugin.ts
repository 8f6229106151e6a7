import type { HttpRouterServiceAuthPolicy, LifecycleService } from '../lib/api';
import { readAuthPolicies } from '../lib/services/http-router/read-auth-policies';
import { toAuthPolicy } from './auth-policies';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import { explainMissedKeys } from './explain-missed-keys';
import { findRouter, type LegacyRouter } from './find-router';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import type { Mount } from './mount';
import type { RouterPlan } from './mount-plan';
import { mountRouter } from './mount-router';
import { runCreateRouter, type EnvironmentParts } from './run-create-router';

/** A router's place. */
export interface RouterMount extends Pick<RouterPlan, 'routerName'> {
  mount: Mount;
}

/** What a starting legacy plugin works with. */
export interface LegacyPluginServices extends EnvironmentParts {
  lifecycle: LifecycleService;
  mounts: RouterMount[];
}

/**
 * Runs `createRouter` with its environment and mounts what it returns.
 *
 * @throws LegacyPluginError
 */
export async function startLegacyPlugin(
  definition: LegacyPluginDefinition,
  { services, mapped, lifecycle, mounts }: LegacyPluginServices,
): Promise<void> {
  const { onShutdown } = definition.options;
  const policies = readPolicies(definition, services);
  const { result, missedKeys } = await runCreateRouter(definition, { services, mapped });
  const onError = explainMissedKeys(definition.id, missedKeys, services.logger);
  for (const { mount, routerName } of mounts) {
    const router = await readRouter(definition, result, routerName);
    mountRouter(definition, { router, mount, onError }, policies, services);
  }
  if (onShutdown) {
    lifecycle.addShutdownHook(() => onShutdown());
  }
}

function readPolicies(
  definition: LegacyPluginDefinition,
  { config }: EnvironmentServices,
): HttpRouterServiceAuthPolicy[] {
  try {
    const allowed = definition.options.auth?.allow ?? [];
    return [...allowed.map(toAuthPolicy), ...(readAuthPolicies(config).get(definition.id) ?? [])];
  } catch (error) {
    throw new LegacyPluginError('INVALID_OPTION', definition, (error as Error).message);
  }
}

async function readRouter(
  definition: LegacyPluginDefinition,
  result: unknown,
  name: string | undefined,
): Promise<LegacyRouter> {
  try {
    return await findRouter(name === undefined ? result : (result as any)?.[name]);
  } catch (error) {
    const where = name === undefined ? '' : `for the router '${name}', `;
    throw new LegacyPluginError('NO_ROUTER', definition, where + (error as Error).message);
  }
}
