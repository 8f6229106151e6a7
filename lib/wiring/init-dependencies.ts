import type { InternalServiceRef } from '../api/service-ref';
import { CONNECTIONS_ID, restrictConnections } from './declared-connections';
import { wiringError } from './errors';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { isOwnPromise } from './is-own-promise';
import { Wanted } from './wanted';
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
  start.phase = 'dependencies';
  const { part } = start;
  const { services, extensionPoints } = sources;
  const { names, refs } = part;
  let missing: Array<Registration['refs'][number]> | undefined;
  let points: PlannedExtensionPoint[] | undefined;
  for (let index = 0; index < refs.length; index += 1) {
    const ref = refs[index];
    const point = extensionPoints.get(ref.id);
    if (point) {
      checkMayUse(part, point);
      (points ??= [])[index] = point;
    } else if (!services.canProvide(ref as InternalServiceRef)) {
      (missing ??= []).push(ref);
    }
  }
  if (missing) {
    throw missingDependencies(start, missing, [...services.ids(), ...extensionPoints.keys()]);
  }
  const wanted = new Wanted(names);
  // Extension points first: what makes them may throw, and no service shall be made and then forgotten.
  for (let index = 0; points && index < points.length; index += 1) {
    if (points[index]) {
      addExtensionPoint(wanted, index, points[index], part, sources);
    }
  }
  for (let index = 0; index < refs.length; index += 1) {
    if (!points?.[index]) {
      addService(wanted, index, start, services);
    }
  }
  return wanted;
}

function addService(
  wanted: Wanted,
  index: number,
  start: PartStart,
  services: ServiceRegistry,
): void {
  const ref = start.part.refs[index];
  const service = services.want(ref as InternalServiceRef, start);
  if (ref.id === CONNECTIONS_ID) {
    wanted.setLate(index, restrictConnections(service, start.part.connections));
  } else if (isOwnPromise(service)) {
    wanted.setLate(index, service);
  } else {
    wanted.values[index] = service;
  }
}

function addExtensionPoint(
  wanted: Wanted,
  index: number,
  { ref, factory }: PlannedExtensionPoint,
  { pluginId, moduleId }: Registration,
  { middleware, onModuleFailure }: DependencySources,
): void {
  const implementation = factory({
    reportModuleStartupFailure: ({ error }) => onModuleFailure(pluginId, moduleId!, error),
  });
  if (middleware.some(({ extensionPointId }) => extensionPointId === ref.id)) {
    wanted.setLate(index, wrapped(implementation, ref.id, middleware));
  } else {
    wanted.values[index] = implementation;
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
