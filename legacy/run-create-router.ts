import { durationToMilliseconds } from '@backstage/types';
import { createEnvironment, type CreatedEnvironment } from './create-environment';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import { findCreateRouter, type FoundPlugin } from './find-create-router';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { MissedKeys } from './missed-keys';
import { withTimeout } from './with-timeout';

const FIVE_MINUTES = 300_000;

/** What the environment of a plugin is made of. */
export interface EnvironmentParts {
  services: EnvironmentServices;
  /** The services of `envMapping`. */
  mapped: { [key in string]: unknown };
}

/** What `createRouter` returned, or the router that the module is. */
export interface CreatedRouter {
  result: unknown;
  missedKeys: MissedKeys;
}

/**
 * Loads the module of an old plugin and runs its `createRouter` with the environment.
 *
 * @throws LegacyPluginError
 */
export async function runCreateRouter(
  definition: LegacyPluginDefinition,
  parts: EnvironmentParts,
): Promise<CreatedRouter> {
  const found = await findPlugin(definition);
  if ('router' in found) {
    return { result: found.router, missedKeys: new MissedKeys() };
  }
  const { env, missedKeys } = await makeEnvironment(definition, parts);
  const { args = [] } = definition.options;
  const result = await limitTime(definition, 'createRouter has not returned', async () => {
    try {
      return await found.createRouter(env, ...args);
    } catch (error) {
      const keys = missedKeys.describe();
      const reason = `createRouter failed${keys && `. It asked its environment for ${keys}`}`;
      throw new LegacyPluginError('CREATE_ROUTER_FAILED', definition, reason, error);
    }
  });
  // Before, options that may be left out were asked for, too.
  missedKeys.onMiss = key =>
    parts.services.logger.warn(
      `Legacy plugin '${definition.id}' asks its environment for ${missedKeys.describe([key])}`,
    );
  return { result, missedKeys };
}

async function findPlugin(definition: LegacyPluginDefinition): Promise<FoundPlugin> {
  const { module } = definition;
  const imported = await limitTime(definition, 'its module has not been loaded', async () => {
    try {
      return await (typeof module === 'function' && module.length === 0 ? module() : module);
    } catch (error) {
      const reason = 'its module could not be loaded';
      throw new LegacyPluginError('IMPORT_FAILED', definition, reason, error);
    }
  });
  try {
    return findCreateRouter(imported);
  } catch (error) {
    throw new LegacyPluginError('NO_CREATE_ROUTER', definition, (error as Error).message);
  }
}

async function makeEnvironment(
  definition: LegacyPluginDefinition,
  { services, mapped }: EnvironmentParts,
): Promise<CreatedEnvironment> {
  const keys = { ...(await transform(definition, mapped)), ...definition.options.keys };
  return createEnvironment({ services, keys });
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

async function limitTime<TResult>(
  definition: LegacyPluginDefinition,
  what: string,
  work: () => Promise<TResult>,
): Promise<TResult> {
  const { startTimeout = FIVE_MINUTES } = definition.options;
  const limit =
    typeof startTimeout === 'number' ? startTimeout : durationToMilliseconds(startTimeout);
  return withTimeout(work(), limit, () => {
    const reason =
      `${what} after ${limit / 1000} s. Look for a promise that never settles, or give it more ` +
      `time with the option startTimeout`;
    return new LegacyPluginError('TIMEOUT', definition, reason);
  });
}
