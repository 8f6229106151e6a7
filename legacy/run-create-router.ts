import { createEnvironment, type CreatedEnvironment } from './create-environment';
import type { EnvironmentServices } from './environment-services';
import { LegacyPluginError } from './errors';
import { findCreateRouter, type FoundPlugin } from './find-create-router';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { limitTime } from './limit-time';
import { MissedKeys } from './missed-keys';

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
    return await findCreateRouter(imported);
  } catch (error) {
    throw new LegacyPluginError('NO_CREATE_ROUTER', definition, (error as Error).message);
  }
}

async function makeEnvironment(
  definition: LegacyPluginDefinition,
  { services, mapped }: EnvironmentParts,
): Promise<CreatedEnvironment> {
  const entries = Object.entries(mapped).map(async ([key, service]) => [
    key,
    await transform(definition, key, service),
  ]);
  const keys = { ...Object.fromEntries(await Promise.all(entries)), ...definition.options.keys };
  return createEnvironment({ services, keys });
}

async function transform(
  definition: LegacyPluginDefinition,
  key: string,
  service: unknown,
): Promise<unknown> {
  const make = definition.envTransforms[key];
  const what = `the transform of makeLegacyPlugin for the key '${key}'`;
  return limitTime(definition, `${what} has not returned`, async () => {
    try {
      return make ? await make(service) : service;
    } catch (error) {
      throw new LegacyPluginError('TRANSFORM_FAILED', definition, `${what} failed`, error);
    }
  });
}
