import type { InternalFeatureLoader } from '../api/create-backend-feature-loader';
import type { InternalServiceRef } from '../api/service-ref';
import { describeRef } from './check-refs';
import { failingLoader, invalidFeature, wiringError } from './errors';
import type { FeatureSource } from './feature-source';
import type { Requester } from './requester';
import { explainMissing } from './service-errors';
import type { ServiceRegistry } from './service-registry';

/**
 * Runs a loader with the root scoped services that it depends on.
 *
 * @returns what it gave, not yet checked
 * @throws ForwardedError when the loader throws
 */
export async function runFeatureLoader(
  loader: InternalFeatureLoader,
  source: FeatureSource,
  services: ServiceRegistry,
): Promise<unknown[]> {
  const deps = await dependencies(loader, source, services);
  let output: unknown;
  try {
    output = await loader.loader(deps);
  } catch (error) {
    throw failingLoader(loader.description, error);
  }
  if (!Array.isArray(output)) {
    throw invalidFeature(`${source.path} -> loader output`, 'an array of backend features', output);
  }
  return output;
}

async function dependencies(
  loader: InternalFeatureLoader,
  { feature }: FeatureSource,
  services: ServiceRegistry,
): Promise<{ [name in string]: unknown }> {
  const refs: Array<[string, InternalServiceRef]> = Object.entries(loader.deps ?? {});
  const requester: Requester = {
    pluginId: 'root',
    name: `feature loader ${loader.description}`,
    feature,
  };
  const deps: { [name in string]: unknown } = {};
  const missing: InternalServiceRef[] = [];
  for (const [name, ref] of refs) {
    if (ref.scope !== 'root') {
      throw wiringError(
        'SCOPE_VIOLATION',
        `Feature loaders can only depend on root scoped services, but '${name}' is scoped to '${ref.scope}'. Offending loader is ${loader.description}`,
      );
    }
    const service = services.get(ref, requester);
    if (service) {
      deps[name] = await service;
    } else {
      missing.push(ref);
    }
  }
  if (missing.length > 0) {
    throw wiringError(
      'SERVICE_MISSING',
      `No service available for the following ref(s): ${missing.map(describeRef).join(', ')}, depended on by feature loader ${loader.description}${explainMissing(requester, missing, services.ids())}`,
    );
  }
  return deps;
}
