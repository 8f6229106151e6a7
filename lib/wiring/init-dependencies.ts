import type { InternalServiceRef } from '../api/service-ref';
import { CONNECTIONS_ID, restrictConnections } from './declared-connections';
import { wiringError } from './errors';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { named } from './named';
import type { Registration } from './normalise-registrations';
import type { PartStart } from './part-start';
import type { PlannedExtensionPoint } from './plan-startup';
import { missingDependencies } from './service-errors';
import type { ServiceRegistry } from './service-registry';

/** Where the dependencies of plugins and modules come from. */
export interface DependencySources {
  services: ServiceRegistry;
  extensionPoints: ReadonlyMap<string, PlannedExtensionPoint>;
  middleware: readonly InternalExtensionPointFactoryMiddleware[];
  /** Called when a plugin finds, through an extension point, that a module is of no use. */
  onModuleFailure(pluginId: string, moduleId: string, error: Error): void;
}

/**
 * Gathers what a plugin or module wants to be handed to its `init`.
 *
 * @throws Error naming all that are missing, or when it may not use an extension point
 */
export function initDependencies(
  start: PartStart,
  sources: DependencySources,
): Promise<{ [name in string]: unknown }> {
  const { part } = start;
  checkDependencies(start, sources);
  const names = Object.keys(part.deps);
  const points = names.map(name => sources.extensionPoints.get(part.deps[name].id));
  const values = points.map(point => point && implementationOf(point, part, sources));
  // From here on nothing throws, so that no service is made and then forgotten.
  points.forEach((point, index) => {
    if (!point) {
      values[index] = serviceOf(part.deps[names[index]], start, sources);
    }
  });
  return named(names, values);
}

function checkDependencies(
  start: PartStart,
  { services, extensionPoints }: DependencySources,
): void {
  const { part } = start;
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
    throw missingDependencies(start, missing, known);
  }
}

function serviceOf(
  ref: Registration['deps'][string],
  start: PartStart,
  { services }: DependencySources,
): Promise<unknown> | undefined {
  const service = services.get(ref as InternalServiceRef, start);
  return ref.id === CONNECTIONS_ID ? restrictConnections(service, start.part.connections) : service;
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

function implementationOf(
  { ref, factory }: PlannedExtensionPoint,
  { pluginId, moduleId }: Registration,
  { middleware, onModuleFailure }: DependencySources,
): unknown {
  const implementation = factory({
    reportModuleStartupFailure: ({ error }) => onModuleFailure(pluginId, moduleId!, error),
  });
  return middleware.some(({ extensionPointId }) => extensionPointId === ref.id)
    ? wrapped(implementation, ref.id, middleware)
    : implementation;
}

async function wrapped(
  implementation: unknown,
  id: string,
  middleware: readonly InternalExtensionPointFactoryMiddleware[],
): Promise<unknown> {
  let result = implementation;
  for (const { extensionPointId, middleware: wrap } of middleware) {
    if (extensionPointId === id) {
      result = await wrap(result);
    }
  }
  return result;
}
