import type { ConnectionRegistration, ExtensionPoint, ExtensionPointFactoryContext } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import { checkArray, checkFunction, checkObject, checkString, type Located } from './check';
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
  /** Whether it goes without saying that the module does nothing where its plugin is not installed. */
  optional: boolean;
  extensionPoints: ExtensionPointRegistration[];
  connections: readonly ConnectionRegistration[];
  source: FeatureSource;
  deps: { [name in string]: InternalServiceRef | ExtensionPoint<unknown> };
  init(deps: { [name in string]: unknown }): unknown;
}

/** A registration of which only the owner is known to be well-formed. */
export interface RawRegistration {
  value: Record<string, unknown>;
  /** Absent when it is of a type that no plugin API makes. */
  kind?: 'plugin' | 'module';
  /** Absent when there is no telling. */
  pluginId?: string;
  moduleId?: string;
  source: FeatureSource;
}

const PLUGIN_TYPES: unknown[] = ['plugin', 'plugin-v1.1'];
const MODULE_TYPES: unknown[] = ['module', 'module-v1.1'];

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
  checkArray(list, source, '.getRegistrations()');
  return list.map((value, index) => {
    const key = `.getRegistrations()[${index}]`;
    checkObject(value, source, key, 'a registration object');
    if (PLUGIN_TYPES.includes(value.type)) {
      checkString(value.pluginId, source, `${key}.pluginId`);
      return { value, source, kind: 'plugin', pluginId: value.pluginId };
    }
    if (MODULE_TYPES.includes(value.type)) {
      checkString(value.pluginId, source, `${key}.pluginId`);
      const { pluginId, moduleId } = value;
      const owner = { path: `module registration for plugin ${JSON.stringify(pluginId)}` };
      checkString(moduleId, owner, '.moduleId');
      return { value, source, kind: 'module', pluginId, moduleId };
    }
    const idOf = (id: unknown) => (typeof id === 'string' ? id : undefined);
    return { value, source, pluginId: idOf(value.pluginId), moduleId: idOf(value.moduleId) };
  });
}

/**
 * Brings a registration into one shape.
 *
 * @throws InputError naming the path of the first thing that is not as it should be
 */
export function normaliseRegistration(raw: RawRegistration): Registration {
  const { value, kind, pluginId, moduleId, source } = raw;
  if (kind === undefined || pluginId === undefined) {
    throw invalidRegistrationType(value.type);
  }
  const owner = new RegistrationOwner(pluginId, moduleId);
  const { init } = value;

  checkArray(value.extensionPoints, owner, '.extensionPoints');
  const isOld = value.type === 'plugin' || value.type === 'module';
  const extensionPoints = value.extensionPoints.map((item, index) =>
    (isOld ? readTuple : readExtensionPoint)(item, owner, `.extensionPoints[${index}]`),
  );

  checkObject(init, owner, '.init', 'an init registration object');
  const { deps, func } = init;
  checkObject(deps, owner, '.init.deps', 'a dependency object');
  for (const [name, ref] of Object.entries(deps)) {
    const key = `.init.deps.${name}`;
    if (isExtensionPoint(ref)) {
      checkExtensionPoint(ref, owner, key);
    } else {
      checkServiceRef(ref, owner, key);
    }
  }
  checkFunction(func, owner, '.init.func');

  return {
    pluginId,
    moduleId,
    optional: value.optional === true,
    source,
    extensionPoints,
    connections: readConnections(value.connections, owner),
    deps: deps as Registration['deps'],
    init: func,
  };
}

class RegistrationOwner implements Located {
  constructor(
    private readonly pluginId: string,
    private readonly moduleId: string | undefined,
  ) {}

  get path(): string {
    const plugin = `plugin ${JSON.stringify(this.pluginId)}`;
    return this.moduleId === undefined
      ? plugin
      : `module ${JSON.stringify(this.moduleId)} for ${plugin}`;
  }
}

function readExtensionPoint(
  item: unknown,
  owner: Located,
  key: string,
): ExtensionPointRegistration {
  checkObject(item, owner, key, 'an extension point registration object');
  checkExtensionPoint(item.extensionPoint, owner, `${key}.extensionPoint`);
  checkFunction(item.factory, owner, `${key}.factory`);
  return { ref: item.extensionPoint, factory: item.factory };
}

/** Before 1.4 of `@backstage/backend-plugin-api` all modules shared one implementation. */
function readTuple(item: unknown, owner: Located, key: string): ExtensionPointRegistration {
  checkArray(item, owner, key);
  const [ref, implementation] = item;
  checkExtensionPoint(ref, owner, `${key}[0]`);
  return { ref, factory: () => implementation };
}

function readConnections(value: unknown, owner: Located): ConnectionRegistration[] {
  if (value === undefined) {
    return [];
  }
  checkArray(value, owner, '.connections');
  return value.map((item, index) => {
    checkObject(item, owner, `.connections[${index}]`, 'a connection registration object');
    checkString(item.type, owner, `.connections[${index}].type`);
    return item as unknown as ConnectionRegistration;
  });
}
