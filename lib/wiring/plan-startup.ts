import { toError, wiringError } from './errors';
import { describeBoth, type FeatureSource } from './feature-source';
import {
  normaliseRegistration,
  type ExtensionPointRegistration,
  type RawRegistration,
  type Registration,
} from './normalise-registrations';

/** A plugin with its modules, in the order in which they were added. */
export interface PlannedPlugin {
  plugin: Registration;
  modules: Registration[];
}

/** An extension point, and the plugin whose modules may use it. */
export interface PlannedExtensionPoint extends ExtensionPointRegistration {
  pluginId: string;
  source: FeatureSource;
}

/** A plugin or module that cannot be started. */
export interface PlanFailure {
  pluginId: string;
  moduleId?: string;
  error: Error;
}

/** What the registrations of a backend amount to. */
export interface StartupPlan {
  plugins: PlannedPlugin[];
  extensionPoints: Map<string, PlannedExtensionPoint>;
  failures: PlanFailure[];
  /** Modules whose plugin is not installed. */
  orphans: Registration[];
}

/**
 * Finds out what there is to start. Whatever is wrong with a registration is the failure of its plugin
 * or module.
 *
 * @throws Error when there is no telling to whom a faulty registration belongs
 */
export function planStartup(registrations: RawRegistration[]): StartupPlan {
  const plan = new Plan();
  for (const raw of registrations) {
    const { pluginId, moduleId } = raw;
    try {
      plan.add(normaliseRegistration(raw));
    } catch (error) {
      if (pluginId === undefined) {
        throw error;
      }
      plan.fail({ pluginId, moduleId, error: toError(error) });
    }
  }
  return plan.finish();
}

class Plan {
  readonly #plugins = new Map<string, Registration>();
  readonly #modules = new Map<string, Map<string, Registration>>();
  readonly #extensionPoints = new Map<string, PlannedExtensionPoint>();
  readonly #failures: PlanFailure[] = [];
  readonly #failedPlugins = new Set<string>();

  add(part: Registration): void {
    const { pluginId, moduleId } = part;
    if (moduleId === undefined) {
      addUnique(this.#plugins, pluginId, part, `Plugin '${pluginId}'`);
    } else {
      const modules = this.#modules.get(pluginId) ?? new Map();
      this.#modules.set(pluginId, modules);
      addUnique(modules, moduleId, part, `Module '${moduleId}' for plugin '${pluginId}'`);
    }
    try {
      this.#addExtensionPoints(part);
    } catch (error) {
      this.#modules.get(pluginId)?.delete(moduleId ?? '');
      throw error;
    }
  }

  fail(failure: PlanFailure): void {
    this.#failures.push(failure);
    if (failure.moduleId === undefined) {
      this.#failedPlugins.add(failure.pluginId);
    }
  }

  finish(): StartupPlan {
    const plugins: PlannedPlugin[] = [];
    for (const [pluginId, plugin] of this.#plugins) {
      if (!this.#failedPlugins.has(pluginId)) {
        plugins.push({ plugin, modules: [...(this.#modules.get(pluginId)?.values() ?? [])] });
      }
    }
    const orphans = [...this.#modules]
      .filter(([pluginId]) => !this.#plugins.has(pluginId) && !this.#failedPlugins.has(pluginId))
      .flatMap(([, modules]) => [...modules.values()])
      .filter(({ optional }) => !optional);
    return {
      plugins,
      extensionPoints: this.#extensionPoints,
      failures: this.#failures,
      orphans,
    };
  }

  #addExtensionPoints({ pluginId, extensionPoints, source }: Registration): void {
    const own = new Map<string, PlannedExtensionPoint>();
    for (const { ref, factory } of extensionPoints) {
      addUnique(
        this.#extensionPoints,
        ref.id,
        { pluginId, ref, factory, source },
        `ExtensionPoint with ID '${ref.id}'`,
        own,
      );
    }
    own.forEach((extensionPoint, id) => this.#extensionPoints.set(id, extensionPoint));
  }
}

/** @param pending - entries that will be added when all are found to be unique */
function addUnique<T extends { source: FeatureSource }>(
  entries: Map<string, T>,
  id: string,
  entry: T,
  what: string,
  pending: Map<string, T> = entries,
): void {
  const first = entries.get(id) ?? pending.get(id);
  if (first) {
    throw wiringError(
      'ALREADY_REGISTERED',
      `${what} is already registered, ${describeBoth(first.source, entry.source)}`,
    );
  }
  pending.set(id, entry);
}
