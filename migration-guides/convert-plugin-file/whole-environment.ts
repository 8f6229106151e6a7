import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import { environmentKeysOf } from '../replace-stock/environment-type';
import { contractOf, type ConvertedKeys } from './convert-keys';
import type { PluginArguments } from './function-arguments';

/**
 * Everything that an environment has, made of services, for code that is handed all of it: each key with
 * the contract that it had. Undefined where the environment's type does not say what that is.
 *
 * @throws Obstacle when there is a key without a service
 */
export function wholeEnvironment(
  lifted: LiftedPlugin,
  { values }: PluginArguments,
): (ConvertedKeys & { readonly keys: readonly string[] }) | undefined {
  const [first, ...others] = values;
  const keys = first === 'environment' && others.length === 0 ? keysOf(lifted) : undefined;
  if (!keys) return undefined;
  const services: ServiceMapping[] = [];
  const contracts = new Map<string, NonNullable<ReturnType<typeof contractOf>>>();
  for (const key of keys) {
    const contract = contractOf(key, lifted.dependencies);
    if (contract) contracts.set(key, contract);
    else if (Object.hasOwn(SAME_SERVICES, key)) services.push(SAME_SERVICES[key]);
    else {
      const reason = `hands env.${key} on with the whole environment, which has no counterpart`;
      throw new Obstacle(reason, 'other-keys');
    }
  }
  return { keys, services, contracts };
}

function keysOf(lifted: LiftedPlugin): string[] | undefined {
  try {
    return environmentKeysOf(lifted);
  } catch (error) {
    if (error instanceof Obstacle) return undefined;
    throw error;
  }
}
