import type { InternalServiceRef } from '../api/service-ref';
import { CONNECTIONS_ID, restrictConnections } from './declared-connections';
import { wiringError } from './errors';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import type { Wanted } from './named';
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
 * Asks for what a plugin or module wants to be handed to its `init`.
 *
 * @throws Error naming all that are missing, or when it may not use an extension point
 */
export function initDependencies(start: PartStart, sources: DependencySources): Wanted {
  const { part } = start;
  const { services, extensionPoints } = sources;
  const names = Object.keys(part.deps);
  const missing: Array<Registration['deps'][string]> = [];
  const points: PlannedExtensionPoint[] = [];
  for (let index = 0; index < names.length; index += 1) {
    const ref = part.deps[names[index]];
    const point = extensionPoints.get(ref.id);
    if (point) {
      checkMayUse(part, point);
      points[index] = point;
    } else if (!services.canProvide(ref as InternalServiceRef)) {
      missing.push(ref);
    }
  }
  if (missing.length > 0) {
    throw missingDependencies(start, missing, [...services.ids(), ...extensionPoints.keys()]);
  }
  // Extension points first: what makes them may throw, and no service shall be made and then forgotten.
  const values: unknown[] = [];
  for (let index = 0; index < points.length; index += 1) {
    values[index] = points[index] && implementationOf(points[index], part, sources);
  }
  for (let index = 0; index < names.length; index += 1) {
    if (!points[index]) {
      values[index] = serviceOf(part.deps[names[index]], start, services);
    }
  }
  return { names, values };
}

function serviceOf(
  ref: Registration['deps'][string],
  start: PartStart,
  services: ServiceRegistry,
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
