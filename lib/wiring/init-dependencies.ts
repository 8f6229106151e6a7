import type { ExtensionPointFactoryContext } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { CONNECTIONS_ID, restrictConnections } from './declared-connections';
import { wiringError } from './errors';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import type { Registration } from './normalise-registrations';
import type { PlannedExtensionPoint } from './plan-startup';
import type { Requester } from './requester';
import { missingDependencies } from './service-errors';
import type { ServiceRegistry } from './service-registry';

/** Where the dependencies of plugins and modules come from. */
export interface DependencySources {
  services: ServiceRegistry;
  extensionPoints: ReadonlyMap<string, PlannedExtensionPoint>;
  middleware: readonly InternalExtensionPointFactoryMiddleware[];
}

/**
 * Gathers what a plugin or module wants to be handed to its `init`.
 *
 * @throws Error naming all that are missing, or when it may not use an extension point
 */
export async function initDependencies(
  part: Registration,
  sources: DependencySources,
  requester: Requester,
  context: ExtensionPointFactoryContext,
): Promise<{ [name in string]: unknown }> {
  const entries = Object.entries(part.deps);
  checkDependencies(part, sources, requester);
  const values = await Promise.all(
    entries.map(([, ref]) => {
      const extensionPoint = sources.extensionPoints.get(ref.id);
      if (extensionPoint) {
        return implementationOf(extensionPoint, sources.middleware, context);
      }
      const service = sources.services.get(ref as InternalServiceRef, requester);
      return ref.id === CONNECTIONS_ID ? restrictConnections(service, part.connections) : service;
    }),
  );
  return Object.fromEntries(entries.map(([name], index) => [name, values[index]]));
}

function checkDependencies(
  part: Registration,
  { services, extensionPoints }: DependencySources,
  requester: Requester,
): void {
  const missing = Object.values(part.deps).filter(ref => {
    const extensionPoint = extensionPoints.get(ref.id);
    if (extensionPoint) {
      checkMayUse(part, extensionPoint);
      return false;
    }
    return !services.canProvide(ref as InternalServiceRef);
  });
  if (missing.length > 0) {
    const known = [...services.ids(), ...extensionPoints.keys()];
    throw missingDependencies(requester, missing, known);
  }
}

function checkMayUse({ pluginId, moduleId }: Registration, point: PlannedExtensionPoint): void {
  if (moduleId === undefined) {
    throw wiringError(
      'ILLEGAL_EXTENSION_POINT',
      `Rejected dependency on extension point ${point.ref.id} from outside of a module`,
    );
  }
  if (point.pluginId !== pluginId) {
    throw wiringError(
      'ILLEGAL_EXTENSION_POINT',
      `Illegal dependency: Module '${moduleId}' for plugin '${pluginId}' attempted to depend on extension point '${point.ref.id}' for plugin '${point.pluginId}'. Extension points can only be used within their plugin's scope.`,
    );
  }
}

async function implementationOf(
  { ref, factory }: PlannedExtensionPoint,
  middleware: readonly InternalExtensionPointFactoryMiddleware[],
  context: ExtensionPointFactoryContext,
): Promise<unknown> {
  let implementation = factory(context);
  for (const { extensionPointId, middleware: wrap } of middleware) {
    if (extensionPointId === ref.id) {
      implementation = await wrap(implementation);
    }
  }
  return implementation;
}
