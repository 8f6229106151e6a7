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
import { checkExtensionPoint, readInitDeps, type Dependencies } from './check-refs';
import { invalidFeature, invalidRegistrationType } from './errors';
import type { FeatureSource } from './feature-source';
import type { RegistrationsFeature } from './normalise-feature';
import { failedReading } from './reading-features';

/** An extension point of a plugin, with what makes the implementation for one module. */
export interface ExtensionPointRegistration {
  ref: ExtensionPoint<unknown>;
  factory(context: ExtensionPointFactoryContext): unknown;
}

/** What a plugin or module asked for, whatever generation made it. */
export interface Registration extends Dependencies<InternalServiceRef | ExtensionPoint<unknown>> {
  pluginId: string;
  /** Only modules have one. */
  moduleId?: string;
  /** Whether it goes without saying that the module does nothing where its plugin is not installed. */
  optional: boolean;
  extensionPoints: readonly ExtensionPointRegistration[];
  connections: readonly ConnectionRegistration[];
  source: FeatureSource;
  init(deps: { [name in string]: unknown }): unknown;
}

/** A registration of which only the owner is known to be well-formed. */
export class RawRegistration implements Located {
  constructor(
    readonly value: Record<string, unknown>,
    readonly source: FeatureSource,
    /** Where it was in its feature. */
    readonly key: string,
    /** Absent when it is of a type that no plugin API makes. */
    readonly kind: 'plugin' | 'module' | undefined,
    /** Absent when there is no telling. */
    readonly pluginId: string | undefined,
    readonly moduleId: string | undefined,
  ) {}

  /** Whom messages are about when something within it is wrong. */
  get path(): string {
    if (this.pluginId === undefined) {
      return this.source.path + this.key;
    }
    const plugin = `plugin ${JSON.stringify(this.pluginId)}`;
    return this.moduleId === undefined
      ? plugin
      : `module ${JSON.stringify(this.moduleId)} for ${plugin}`;
  }
}

const NONE: readonly never[] = [];
const KEY = '.getRegistrations()';
/** Of the only one, as a rule. */
const KEY_OF_FIRST = `${KEY}[0]`;

/**
 * Runs `register` of a plugin or module, which the source is of, and finds out whom its registrations belong to.
 *
 * @param into - what was found is added here
 * @throws InputError when there is no telling; whatever `register` throws
 */
export function readRegistrations(source: FeatureSource, into: RawRegistration[]): void {
  const list = (source.feature as RegistrationsFeature).getRegistrations();
  try {
    checkArray(list, source, KEY);
    for (let index = 0; index < list.length; index += 1) {
      const key = index === 0 ? KEY_OF_FIRST : `${KEY}[${index}]`;
      into.push(readRegistration(list[index], key, source));
    }
  } catch (error) {
    throw failedReading(error, list, source, KEY);
  }
}

/** Finds out anew whom a registration belongs to, which stock Backstage does not look at before. */
export function rereadRegistration(raw: RawRegistration): void {
  const { value, key, source } = raw;
  try {
    if (value.pluginId !== raw.pluginId || value.moduleId !== raw.moduleId) {
      Object.assign(raw, readRegistration(value, key, source));
    }
  } catch (error) {
    throw failedReading(error, value, source, key);
  }
}

function readRegistration(value: unknown, key: string, source: FeatureSource): RawRegistration {
  checkObject(value, source, key, 'a registration object');
  const { type, pluginId, moduleId } = value;
  switch (type) {
    case 'plugin':
    case 'plugin-v1.1':
      checkString(pluginId, source, key, '.pluginId');
      return new RawRegistration(value, source, key, 'plugin', pluginId, undefined);
    case 'module':
    case 'module-v1.1':
      checkString(pluginId, source, key, '.pluginId');
      if (typeof moduleId !== 'string') {
        const path = `module registration for plugin ${JSON.stringify(pluginId)}`;
        throw invalidFeature(`${path}.moduleId`, 'a string', moduleId);
      }
      return new RawRegistration(value, source, key, 'module', pluginId, moduleId);
    default:
      return new RawRegistration(value, source, key, undefined, idOf(pluginId), idOf(moduleId));
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
  try {
    return normalise(raw);
  } catch (error) {
    throw failedReading(error, raw.value, raw, '');
  }
}

function normalise(owner: RawRegistration): Registration {
  const { value, kind, pluginId, moduleId, source } = owner;
  if (kind === undefined || pluginId === undefined) {
    throw invalidRegistrationType(`${owner.path}.type`, value.type);
  }
  const { extensionPoints, connections, init, optional } = value;
  checkArray(extensionPoints, owner, '.extensionPoints');
  const isOld = value.type === 'plugin' || value.type === 'module';
  checkObject(init, owner, '.init', 'an init registration object');
  const { names, refs } = readInitDeps(init.deps, owner, '.init.deps');
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
    names,
    refs,
    init: init.func,
  };
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

function readConnections(value: unknown, owner: Located): readonly ConnectionRegistration[] {
  checkArray(value, owner, '.connections');
  if (value.length === 0) {
    return NONE;
  }
  return value.map((item, index) => {
    const key = `.connections[${index}]`;
    checkObject(item, owner, key, 'a connection registration object');
    checkString(item.type, owner, key, '.type');
    checkOptional(item.required, 'boolean', owner, key, '.required');
    checkOptional(item.description, 'string', owner, key, '.description');
    return item as unknown as ConnectionRegistration;
  });
}
