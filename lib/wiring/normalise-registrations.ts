import type { ConnectionRegistration, ExtensionPoint, ExtensionPointFactoryContext } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { checkArray, checkFunction, checkObject, checkString } from './check';
import { checkExtensionPoint, checkServiceRef, isExtensionPoint } from './check-refs';
import { invalidRegistrationType } from './errors';
import type { FeatureSource } from './feature-source';
import type { RegistrationsFeature } from './normalise-feature';

/** An extension point of a plugin, with what makes the implementation for one module. */
export interface ExtensionPointRegistration {
  ref: ExtensionPoint<unknown>;
  factory(context: ExtensionPointFactoryContext): unknown;
}

/** What a plugin or module asked for, whatever generation made it. */
export interface Registration {
  pluginId: string;
  /** Only modules have one. */
  moduleId?: string;
  extensionPoints: ExtensionPointRegistration[];
  connections: ConnectionRegistration[];
  deps: { [name in string]: InternalServiceRef | ExtensionPoint<unknown> };
  init(deps: { [name in string]: unknown }): unknown;
}

/** A registration of which only the owner is known to be well-formed. */
export interface RawRegistration {
  value: Record<string, unknown>;
  /** Absent when the registration is of an unknown type. */
  pluginId?: string;
  moduleId?: string;
  source: FeatureSource;
}

const PLUGIN_TYPES = ['plugin', 'plugin-v1.1'];
const MODULE_TYPES = ['module', 'module-v1.1'];

/**
 * Runs `register` of a plugin or module and finds out whom its registrations belong to.
 *
 * @throws InputError when there is no telling; whatever `register` throws
 */
export function readRegistrations(
  feature: RegistrationsFeature,
  source: FeatureSource,
): RawRegistration[] {
  const list = feature.getRegistrations();
  checkArray(list, `${source.path}.getRegistrations()`);
  return list.map((value, index) => {
    const path = `${source.path}.getRegistrations()[${index}]`;
    checkObject(value, path, 'a registration object');
    const isModule = MODULE_TYPES.includes(value.type as string);
    const raw: RawRegistration = { value, source };
    if (isModule || PLUGIN_TYPES.includes(value.type as string)) {
      checkString(value.pluginId, `${path}.pluginId`);
      raw.pluginId = value.pluginId;
    }
    if (isModule) {
      checkString(
        value.moduleId,
        `module registration for plugin ${JSON.stringify(value.pluginId)}.moduleId`,
      );
      raw.moduleId = value.moduleId;
    }
    return raw;
  });
}

/**
 * Brings a registration into one shape.
 *
 * @throws InputError naming the path of the first thing that is not as it should be
 */
export function normaliseRegistration({
  value,
  pluginId,
  moduleId,
}: RawRegistration): Registration {
  if (pluginId === undefined) {
    throw invalidRegistrationType(value.type);
  }
  const owner =
    moduleId === undefined
      ? `plugin ${JSON.stringify(pluginId)}`
      : `module ${JSON.stringify(moduleId)} for plugin ${JSON.stringify(pluginId)}`;
  const { init } = value;

  checkArray(value.extensionPoints, `${owner}.extensionPoints`);
  const isOld = value.type === 'plugin' || value.type === 'module';
  const extensionPoints = value.extensionPoints.map((item, index) =>
    (isOld ? readTuple : readExtensionPoint)(item, `${owner}.extensionPoints[${index}]`),
  );

  checkObject(init, `${owner}.init`, 'an init registration object');
  const { deps, func } = init;
  checkObject(deps, `${owner}.init.deps`, 'a dependency object');
  for (const [name, ref] of Object.entries(deps)) {
    const path = `${owner}.init.deps.${name}`;
    if (isExtensionPoint(ref)) {
      checkExtensionPoint(ref, path);
    } else {
      checkServiceRef(ref, path);
    }
  }
  checkFunction(func, `${owner}.init.func`);

  return {
    pluginId,
    moduleId,
    extensionPoints,
    connections: readConnections(value.connections, `${owner}.connections`),
    deps: deps as Registration['deps'],
    init: func,
  };
}

function readExtensionPoint(item: unknown, path: string): ExtensionPointRegistration {
  checkObject(item, path, 'an extension point registration object');
  checkExtensionPoint(item.extensionPoint, `${path}.extensionPoint`);
  checkFunction(item.factory, `${path}.factory`);
  return { ref: item.extensionPoint, factory: item.factory };
}

/** Before 1.4 of `@backstage/backend-plugin-api` all modules shared one implementation. */
function readTuple(item: unknown, path: string): ExtensionPointRegistration {
  checkArray(item, path);
  const [ref, implementation] = item;
  checkExtensionPoint(ref, `${path}[0]`);
  return { ref, factory: () => implementation };
}

function readConnections(value: unknown, path: string): ConnectionRegistration[] {
  if (value === undefined) {
    return [];
  }
  checkArray(value, path);
  return value.map((item, index) => {
    checkObject(item, `${path}[${index}]`, 'a connection registration object');
    checkString(item.type, `${path}[${index}].type`);
    return item as unknown as ConnectionRegistration;
  });
}
