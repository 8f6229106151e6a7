import type { ConnectionRegistration, ExtensionPoint, ExtensionPointFactoryContext } from '../api';
import type { InternalServiceRef } from '../api/service-ref';
import {
  checkArray,
  checkFunction,
  checkObject,
  checkOptional,
  checkString,
  type Located,
} from './check';
import { checkExtensionPoint, checkServiceRef, isExtensionPoint } from './check-refs';
import { invalidFeature, invalidRegistrationType } from './errors';
import type { FeatureSource } from './feature-source';
import type { RegistrationsFeature } from './normalise-feature';
import { readingFeature } from './reading-features';

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
  extensionPoints: readonly ExtensionPointRegistration[];
  connections: readonly ConnectionRegistration[];
  source: FeatureSource;
  deps: { [name in string]: InternalServiceRef | ExtensionPoint<unknown> };
  init(deps: { [name in string]: unknown }): unknown;
}

/** A registration of which only the owner is known to be well-formed. */
export interface RawRegistration {
  value: Record<string, unknown>;
  /** Where it was in its feature. */
  key: string;
  /** Absent when it is of a type that no plugin API makes. */
  kind?: 'plugin' | 'module';
  /** Absent when there is no telling. */
  pluginId?: string;
  moduleId?: string;
  source: FeatureSource;
}

const NONE: readonly never[] = [];

/**
 * Runs `register` of a plugin or module and finds out whom its registrations belong to.
 *
 * @param into - what was found is added here
 * @throws InputError when there is no telling; whatever `register` throws
 */
export function readRegistrations(
  feature: RegistrationsFeature,
  source: FeatureSource,
  into: RawRegistration[],
): void {
  const list = feature.getRegistrations();
  const key = '.getRegistrations()';
  readingFeature(list, source, key, () => {
    checkArray(list, source, key);
    for (let index = 0; index < list.length; index += 1) {
      into.push(readRegistration(list[index], `${key}[${index}]`, source));
    }
  });
}

/** Finds out anew whom a registration belongs to, which stock Backstage does not look at before. */
export function rereadRegistration(raw: RawRegistration): void {
  Object.assign(raw, readRegistration(raw.value, raw.key, raw.source));
}

function readRegistration(value: unknown, key: string, source: FeatureSource): RawRegistration {
  checkObject(value, source, key, 'a registration object');
  const { type, pluginId, moduleId } = value;
  switch (type) {
    case 'plugin':
    case 'plugin-v1.1':
      checkString(pluginId, source, key, '.pluginId');
      return { value, source, key, kind: 'plugin', pluginId, moduleId: undefined };
    case 'module':
    case 'module-v1.1':
      checkString(pluginId, source, key, '.pluginId');
      if (typeof moduleId !== 'string') {
        const path = `module registration for plugin ${JSON.stringify(pluginId)}`;
        throw invalidFeature(`${path}.moduleId`, 'a string', moduleId);
      }
      return { value, source, key, kind: 'module', pluginId, moduleId };
    default:
      return { value, source, key, pluginId: idOf(pluginId), moduleId: idOf(moduleId) };
  }
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Brings a registration into one shape.
 *
 * @throws InputError naming the path of the first thing that is not as it should be
 */
export function normaliseRegistration(raw: RawRegistration): Registration {
  const { value, pluginId, moduleId, source } = raw;
  const owner =
    pluginId === undefined
      ? { path: source.path + raw.key }
      : new RegistrationOwner(pluginId, moduleId);
  return readingFeature(value, owner, '', () => normalise(raw, owner));
}

function normalise(raw: RawRegistration, owner: Located): Registration {
  const { value, kind, pluginId, moduleId, source } = raw;
  if (kind === undefined || pluginId === undefined) {
    throw invalidRegistrationType(`${owner.path}.type`, value.type);
  }
  const { extensionPoints, connections, init, optional } = value;
  checkArray(extensionPoints, owner, '.extensionPoints');
  const isOld = value.type === 'plugin' || value.type === 'module';
  checkObject(init, owner, '.init', 'an init registration object');
  checkInitDeps(init.deps, owner);
  checkFunction(init.func, owner, '.init.func');
  checkOptional(optional, 'boolean', owner, '.optional');
  return {
    pluginId,
    moduleId,
    optional: optional === true,
    source,
    extensionPoints:
      extensionPoints.length === 0
        ? NONE
        : extensionPoints.map(isOld ? tupleReader(owner) : extensionPointReader(owner)),
    connections: connections === undefined ? NONE : readConnections(connections, owner),
    deps: init.deps as Registration['deps'],
    init: init.func,
  };
}

/** Whom messages are about when something within a registration is wrong. */
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

function checkInitDeps(deps: unknown, owner: Located): void {
  checkObject(deps, owner, '.init.deps', 'a dependency object');
  for (const name of Object.keys(deps)) {
    if (isExtensionPoint(deps[name])) {
      checkExtensionPoint(deps[name], owner, '.init.deps', name);
    } else {
      checkServiceRef(deps[name], owner, '.init.deps', name);
    }
  }
}

function extensionPointReader(owner: Located) {
  return (item: unknown, index: number): ExtensionPointRegistration => {
    const key = `.extensionPoints[${index}]`;
    checkObject(item, owner, key, 'an extension point registration object');
    checkExtensionPoint(item.extensionPoint, owner, `${key}.extensionPoint`);
    checkFunction(item.factory, owner, `${key}.factory`);
    return { ref: item.extensionPoint, factory: item.factory };
  };
}

/** Before 1.4 of `@backstage/backend-plugin-api` all modules shared one implementation. */
function tupleReader(owner: Located) {
  return (item: unknown, index: number): ExtensionPointRegistration => {
    checkArray(item, owner, `.extensionPoints[${index}]`);
    const [ref, implementation] = item;
    checkExtensionPoint(ref, owner, `.extensionPoints[${index}][0]`);
    return { ref, factory: () => implementation };
  };
}

function readConnections(value: unknown, owner: Located): ConnectionRegistration[] {
  checkArray(value, owner, '.connections');
  return value.map((item, index) => {
    const key = `.connections[${index}]`;
    checkObject(item, owner, key, 'a connection registration object');
    checkString(item.type, owner, key, '.type');
    checkOptional(item.required, 'boolean', owner, key, '.required');
    checkOptional(item.description, 'string', owner, key, '.description');
    return item as unknown as ConnectionRegistration;
  });
}
